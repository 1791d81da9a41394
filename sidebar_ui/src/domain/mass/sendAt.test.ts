import { expect, test } from 'vitest'

import { fromField, proposal, toDay, toField } from './sendAt'

test('a time is written and read in the time of the shops, wherever the browser is', () => {
  expect(toField('2026-11-29T02:00:00Z')).toBe('2026-11-29T10:00')
  expect(new Date(fromField('2026-11-29T10:00')).toISOString()).toBe('2026-11-29T02:00:00.000Z')
})

test('late in the evening, the day is still the one of the shops', () => {
  expect(toDay('2026-11-29T16:30:00Z')).toBe('2026-11-30')
})

test('later means tomorrow at ten', () => {
  expect(proposal(Date.parse('2026-11-22T17:00:00Z'))).toBe('2026-11-24T10:00')
})
