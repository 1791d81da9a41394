import { expect, test } from 'vitest'

import { cut } from './marks'

const shape = (pieces: ReturnType<typeof cut>) => pieces.map((piece) => [piece.text, piece.mark?.kind ?? null])

test('a text is cut at its marks and loses nothing', () => {
  expect(shape(cut('今年最显瘦，绝对不起球', [{ start: 2, end: 3, kind: 'warn' }, { start: 6, end: 8, kind: 'block' }]))).toEqual([
    ['今年', null],
    ['最', 'warn'],
    ['显瘦，', null],
    ['绝对', 'block'],
    ['不起球', null],
  ])
})

test('where marks overlap the graver one is shown', () => {
  const pieces = cut('全网最低价', [{ start: 0, end: 5, kind: 'block' }, { start: 2, end: 3, kind: 'warn' }])
  expect(shape(pieces)).toEqual([['全网最低价', 'block']])
})

test('marks outside the text are ignored instead of breaking it', () => {
  expect(shape(cut('短', [{ start: 0, end: 9, kind: 'warn' }, { start: 1, end: 1, kind: 'block' }]))).toEqual([['短', null]])
})

test('an empty text has no pieces', () => {
  expect(cut('', [])).toEqual([])
})
