import type { Entry } from './queries'

/** The ways of hiding a word, in the order of the editor. */
export const DISGUISES = {
  fold: '大小写、全角、圈字',
  traditional: '繁体',
  repeat: '叠字',
  digits: '数字写法',
  split: '拆字',
  homophone: '谐音',
  pinyin: '拼音',
} as const

export type Disguise = keyof typeof DISGUISES

/** An entry while it is edited. Lists are held as lines, as they are written; phrases one by one, as they are stored. */
export interface EntryForm {
  text: string
  category: string
  action: Entry['action']
  mode: 'substring' | 'segment' | 'word' | 'clause'
  reason: string
  suggestion: string
  aliases: string
  exceptions: string[]
  counter_exceptions: string[]
  near: string
  negation: boolean
  must_hit: string
  must_not_hit: string
  valid_until: string
  disguises: Record<string, boolean | number | null>
  /** Where it counts: `{ channel: ['mass_message'] }`; empty is everywhere. */
  scope: Record<string, string[]>
}

const lines = (list: readonly string[]) => list.join('\n')
export const listed = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))]

export function formOf(entry: Entry | null): EntryForm {
  return {
    text: entry?.text ?? '',
    category: entry?.category ?? '',
    action: entry?.action ?? 'block',
    mode: (entry?.mode ?? 'segment') as EntryForm['mode'],
    reason: entry?.reason ?? '',
    suggestion: entry?.suggestion ?? '',
    aliases: lines(entry?.aliases ?? []),
    exceptions: [...(entry?.exceptions ?? [])],
    counter_exceptions: [...(entry?.counter_exceptions ?? [])],
    near: lines(entry?.near ?? []),
    negation: entry?.negation ?? false,
    must_hit: lines(entry?.must_hit ?? []),
    must_not_hit: lines(entry?.must_not_hit ?? []),
    valid_until: entry?.valid_until ?? '',
    disguises: { ...(entry?.disguises ?? {}) },
    scope: { ...(entry?.scope ?? {}) },
  }
}

/** The form as the server takes it. */
export function bodyOf(form: EntryForm) {
  return {
    text: form.text.trim(),
    category: form.category,
    action: form.action,
    mode: form.mode,
    reason: form.reason.trim(),
    suggestion: form.suggestion.trim() || null,
    aliases: listed(form.aliases),
    exceptions: form.exceptions,
    counter_exceptions: form.counter_exceptions,
    near: listed(form.near),
    negation: form.negation,
    must_hit: listed(form.must_hit),
    must_not_hit: listed(form.must_not_hit),
    valid_until: form.valid_until || null,
    disguises: form.disguises,
    scope: form.scope,
  }
}

/** Only what differs from `before`, so that nobody's other change is written over. */
export function changesOf(form: EntryForm, before: Entry) {
  const old: Record<string, unknown> = bodyOf(formOf(before))
  return Object.fromEntries(Object.entries(bodyOf(form)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]))) as Partial<ReturnType<typeof bodyOf>>
}
