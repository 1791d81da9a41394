import { expect, test } from 'vitest'

import { whyOf, type Hit } from './hits'

const hit = (text: string, word: string, why: string) => ({ text, word, why }) as Hit

test('a rule is explained by what it found, not by its pattern', () => {
  const rule = '全网|全城{6}最低|最[高好]'
  expect(whyOf(hit('全网最低', rule, `“全网最低”就是“${rule}”，符合规则，属于广告法，不能发出。`))).toBe('“全网最低”符合规则，属于广告法，不能发出。')
})

test('a disguise is explained by the word behind it', () => {
  const why = '“加薇信”就是“加微信”，用了同音字，属于行业违规，不能发出。'
  expect(whyOf(hit('加薇信', '加微信', why))).toBe(why)
})
