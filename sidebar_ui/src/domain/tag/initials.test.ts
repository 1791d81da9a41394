import { expect, test } from 'vitest'

import { initials, matches } from './initials'

test.each([['通勤', 'tq'], ['怕羊毛', 'pym'], ['金卡', 'jk'], ['舒适', 'ss'], ['性价比', 'xjb'], ['M 码', 'mm'], ['晚宴', 'wy'], ['运动', 'yd'], ['公众号', 'gzh']])('%s is %s', (text, letters) => {
  expect(initials(text)).toBe(letters)
})

test('a tag is meant by its characters, by its initials, and by nothing typed at all', () => {
  expect(matches('通勤', '勤')).toBe(true)
  expect(matches('通勤', 'TQ')).toBe(true)
  expect(matches('通勤', '')).toBe(true)
  expect(matches('通勤', 'xx')).toBe(false)
})
