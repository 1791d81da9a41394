/** First characters of each pinyin initial, in dictionary order: i, u and v start no syllable. */
const FIRST = [...'阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀']
const LETTERS = 'abcdefghjklmnopqrstwxyz'

const order = new Intl.Collator('zh-u-co-pinyin')

/** The pinyin initials of a text: 通勤 → tq. Letters and digits stay; other signs are left out. */
export function initials(text: string): string {
  return [...text].map(initial).join('')
}

function initial(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character.toLowerCase()
  if (!/\p{Script=Han}/u.test(character)) return ''
  let at = -1
  while (at + 1 < FIRST.length && order.compare(FIRST[at + 1]!, character) <= 0) at += 1
  return LETTERS[at] ?? ''
}

/** Whether a person who typed `wanted` means `text`: by its characters or by its pinyin initials. */
export function matches(text: string, wanted: string): boolean {
  const needle = wanted.trim().toLowerCase()
  if (needle === '') return true
  return text.toLowerCase().includes(needle) || (/^[a-z0-9]+$/.test(needle) && initials(text).includes(needle))
}
