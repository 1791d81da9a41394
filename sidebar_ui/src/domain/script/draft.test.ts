import { expect, test } from 'vitest'

import { SIZE } from '@tests/support/shop'

import { draftOf, fill, missing } from './draft'

test('what is not filled yet stands as a gap in its place', () => {
  const draft = draftOf(SIZE)
  expect(fill(draft, 0)).toEqual({
    text: '王姐您好，建议选 〔尺码〕。',
    marks: [{ start: 0, end: 2, kind: 'filled' }, { start: 9, end: 13, kind: 'blank' }],
  })
  expect(missing(draft)).toEqual(['尺码'])
})

test('a filled blank is part of the text', () => {
  const draft = { ...draftOf(SIZE), values: { 尺码: 'L' } }
  expect(fill(draft, 0).text).toBe('王姐您好，建议选 L。')
  expect(missing(draft)).toEqual([])
})

test('spaces fill no blank', () => {
  expect(missing({ ...draftOf(SIZE), values: { 尺码: '  ' } })).toEqual(['尺码'])
})

test('a gap that an edit left standing is still missing; one that was written over is not', () => {
  const edited = (text: string) => ({ values: { 尺码: '' }, parts: [{ segments: SIZE.parts[0]!.segments, edited: text }] })
  expect(missing(edited('建议选 〔尺码〕'))).toEqual(['尺码'])
  expect(missing(edited('建议选 L'))).toEqual([])
})
