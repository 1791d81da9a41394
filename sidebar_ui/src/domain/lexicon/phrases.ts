import { answer, api, type AnswerOf } from '@api/client'

export type Phrase = AnswerOf<'/api/lexicon/phrases', 'post'>['items'][number]

/** What phrases stand for. Only the server knows the shorthand. */
export async function readPhrases(phrases: readonly string[], words: readonly string[]): Promise<Phrase[]> {
  const { items } = await answer(api.POST('/api/lexicon/phrases', { body: { phrases: [...phrases], words: [...words] } }))
  return items
}

const SIGNS = /[[\]()~…]|\.{3}/

/** Whether a phrase may say more than its characters. */
export const mayBeShorthand = (phrase: string): boolean => SIGNS.test(phrase)

/** A phrase that says just what stands there. */
export const plainPhrase = (phrase: string): Phrase => ({ phrase, forms: [phrase], count: 1, is_shorthand: false, plain: phrase, position: null, problem: null, note: '' })

/** Several phrases typed or pasted at once: one a line; or between 、, unless a bracket may hold that sign. */
export function phrasesIn(typed: string): string[] {
  const lines = typed.split(/[\r\n]+/).flatMap((line) => (mayBeShorthand(line) ? [line] : line.split('、')))
  return [...new Set(lines.map((one) => one.trim()).filter((one) => one !== ''))]
}
