import { expect, test } from 'vitest'

import { bodyOf, changesOf, formOf, listed } from './form'
import { phrasesIn } from './phrases'
import type { Entry } from './queries'

const most = {
  id: 7, text: '最', category: 'ad_law', action: 'warn', mode: 'segment', exceptions: ['最近'], counter_exceptions: [], near: [],
  negation: false, aliases: [], disguises: { pinyin: false }, suggestion: '很', reason: '绝对化用语', must_hit: ['全城最便宜'],
  must_not_hit: [], valid_until: null,
} as unknown as Entry

test('an entry that is only opened has no changes', () => {
  expect(changesOf(formOf(most), most)).toEqual({})
})

test('only what was changed is told, so that nobody else is overwritten', () => {
  expect(changesOf({ ...formOf(most), exceptions: ['最近', '最新款'] }, most)).toEqual({ exceptions: ['最近', '最新款'] })
})

test('a suggestion that was emptied is taken away', () => {
  expect(changesOf({ ...formOf(most), suggestion: ' ' }, most)).toEqual({ suggestion: null })
})

test('blank and repeated lines count once or not at all', () => {
  expect(listed(' 最近 \n\n最近\n最新款')).toEqual(['最近', '最新款'])
})

test('a new entry stops what it finds until its author says otherwise', () => {
  expect(bodyOf(formOf(null))).toMatchObject({ action: 'block', mode: 'segment', suggestion: null })
})

test('an entry that is taken back from one way of sending counts everywhere again', () => {
  const onlyMass = { ...most, scope: { channel: ['mass_message'] } } as Entry
  expect(changesOf({ ...formOf(onlyMass), scope: {} }, onlyMass)).toEqual({ scope: {} })
})

test('several phrases are told apart, and a sign inside brackets is none between phrases', () => {
  expect(phrasesIn('最近、最后\n最新款\n最近')).toEqual(['最近', '最后', '最新款'])
  expect(phrasesIn('(安卓|华为)(和|、)苹果')).toEqual(['(安卓|华为)(和|、)苹果'])
})
