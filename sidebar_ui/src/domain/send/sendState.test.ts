import { expect, test } from 'vitest'

import { next, STATE_WORDS, type SendEvent, type SendStateName } from './sendState'

const EVENTS: SendEvent[] = [
  { kind: 'stored' },
  { kind: 'not_stored', because: 'b' },
  { kind: 'blocked', because: '含有不能发出的词' },
  { kind: 'handed' },
  { kind: 'cancelled' },
  { kind: 'refused', because: 'r' },
  { kind: 'unknown' },
  { kind: 'elsewhere', because: 'e' },
  { kind: 'seen_in_chat' },
]

/** Which events move which state, and where to. Everything that is not here must change nothing. */
const MOVES: Partial<Record<SendStateName, Partial<Record<SendEvent['kind'], SendStateName>>>> = {
  storing: { stored: 'handing', not_stored: 'not_stored', blocked: 'blocked' },
  handing: { handed: 'handed', cancelled: 'cancelled', refused: 'refused', unknown: 'unknown', elsewhere: 'elsewhere' },
  unknown: { handed: 'handed', cancelled: 'cancelled', refused: 'refused', seen_in_chat: 'handed' },
}

const STATES = Object.keys(STATE_WORDS) as SendStateName[]

test.each(STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)))('%s on %j', (state, event) => {
  expect(next({ name: state, because: '' }, event).name).toBe(MOVES[state]?.[event.kind] ?? state)
})

test('nowhere is it said that a message was sent', () => {
  const words = Object.values(STATE_WORDS).map(({ title, note }) => title + note)
  expect(words.filter((word) => /已发送|发送成功|失败/.test(word))).toEqual([])
})

test('a refusal keeps its cause', () => {
  expect(next({ name: 'handing', because: '' }, { kind: 'refused', because: '没有权限' })).toEqual({ name: 'refused', because: '没有权限' })
})
