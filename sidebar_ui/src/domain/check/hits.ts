import type { AnswerOf } from '@api/client'

export type CheckView = AnswerOf<'/api/checks', 'post'>
export type Hit = CheckView['hits'][number]
export type CheckAction = CheckView['action']

export const ACTION_WORDS: Readonly<Record<Hit['action'], string>> = {
  block: '阻断',
  replace: '换词',
  warn: '警告',
  record: '记录',
}

/** Whether a text with this verdict may not leave, whatever a person confirms. */
export const isStopped = (action: CheckAction): boolean => action === 'block'

/** Where the hits stand in the text, for drawing. `id` ties a mark to its row. */
export function marksOf(hits: readonly Hit[]): { start: number; end: number; kind: Hit['action']; id: string }[] {
  return hits.map((hit, at) => ({ start: hit.utf16_start, end: hit.utf16_end, kind: hit.action, id: `hit-${at}` }))
}

/** The text with one hit replaced, if the text still reads there as it was checked. */
export function replaceHit(text: string, hit: Hit, replacement: string): string {
  if (text.slice(hit.utf16_start, hit.utf16_end) !== hit.text) return text
  return text.slice(0, hit.utf16_start) + replacement + text.slice(hit.utf16_end)
}

export function countBy(hits: readonly Hit[], ...actions: readonly Hit['action'][]): number {
  return hits.filter((hit) => actions.includes(hit.action)).length
}
