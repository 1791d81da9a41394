import { expect, test } from 'vitest'

import { ago, clockTime, dayWord, fullTime, when } from './when'

const NOW = '2026-11-22T02:42:00Z' // 10:42 in the shops

test.each([
  ['2026-11-22T02:30:00Z', '今天 10:30'],
  ['2026-11-21T16:01:00Z', '今天 00:01'],
  ['2026-11-21T15:59:00Z', '昨天 23:59'],
  ['2026-09-02T04:00:00Z', '9月2日 12:00'],
  ['2025-09-02T04:00:00Z', '2025年9月2日 12:00'],
])('%s is %s in shop time', (at, word) => {
  expect(when(at, NOW)).toBe(word)
})

test.each([
  ['2026-11-22T02:41:40Z', '刚刚'],
  ['2026-11-22T02:37:00Z', '5 分钟前'],
  ['2026-11-21T23:42:00Z', '3 小时前'],
  ['2026-11-21T10:00:00Z', '昨天'],
  ['2026-09-03T10:00:00Z', '80 天前'],
])('%s was %s', (at, word) => {
  expect(ago(at, NOW)).toBe(word)
})

test('tomorrow, the clock and the full time have their words', () => {
  expect(dayWord('2026-11-23T02:00:00Z', NOW)).toBe('明天')
  expect(clockTime(NOW)).toBe('10:42')
  expect(fullTime(NOW)).toBe('2026年11月22日 周日 10:42')
})
