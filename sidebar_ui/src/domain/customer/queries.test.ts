import { expect, test } from 'vitest'

import { lookAgain, type Card } from './queries'

const ADDED = '2026-11-22T10:00:00Z'
const WHEN_ADDED = Date.parse(ADDED)

function card(states: Partial<NonNullable<Card['my_follow']>> = {}): Pick<Card, 'my_follow'> {
  return { my_follow: { added_at: ADDED, write_state: 'synced', tag_write_state: 'synced', ...states } as Card['my_follow'] }
}

test('somebody just added is looked at again for a minute, so that the welcome shows', () => {
  expect(lookAgain(card(), WHEN_ADDED + 3_000)).toBe(5_000)
  expect(lookAgain(card(), WHEN_ADDED + 61_000)).toBe(false)
})

test('a server whose clock is a little ahead does not stop that', () => {
  expect(lookAgain(card(), WHEN_ADDED - 3_000)).toBe(5_000)
})

test('a write under way is followed more closely, however old the customer is', () => {
  expect(lookAgain(card({ write_state: 'pending' }), WHEN_ADDED + 3_000_000)).toBe(2_000)
  expect(lookAgain(card({ tag_write_state: 'pending' }), WHEN_ADDED)).toBe(2_000)
})

test('a customer of somebody else is not looked at again', () => {
  expect(lookAgain({ my_follow: null }, WHEN_ADDED)).toBe(false)
  expect(lookAgain(undefined, WHEN_ADDED)).toBe(false)
})
