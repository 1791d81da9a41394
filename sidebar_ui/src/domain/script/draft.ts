import type { Script } from './queries'

type Segment = Script['parts'][number]['segments'][number]

/** A script on its way to a chat: what was filled in, and what was rewritten by hand. */
export interface Draft {
  parts: DraftPart[]
  values: Record<string, string>
}

export interface DraftPart {
  segments: readonly Segment[]
  /** The text as the guide wrote it; null while the script's own words stand. */
  edited: string | null
}

export function draftOf(script: Script): Draft {
  return {
    parts: script.parts.map((part) => ({ segments: part.segments, edited: null })),
    values: Object.fromEntries(script.blanks.map((blank) => [blank.name, ''])),
  }
}

const gap = (label: string) => `〔${label}〕`

const labelOf = (script: Script, name: string | null | undefined) =>
  script.blanks.find((blank) => blank.name === name)?.label ?? name ?? ''

export interface Filled {
  text: string
  marks: { start: number; end: number; kind: 'blank' | 'filled' }[]
}

/** A part with the blanks filled as far as they are; what is missing stands as 〔身高〕. */
export function fill(script: Script, draft: Draft, at: number): Filled {
  const part = draft.parts[at]!
  if (part.edited !== null) return { text: part.edited, marks: gapsIn(script, part.edited) }
  const filled: Filled = { text: '', marks: [] }
  for (const segment of part.segments) {
    const words = segment.kind === 'blank' ? draft.values[segment.name ?? '']?.trim() || gap(labelOf(script, segment.name)) : segment.text
    const start = filled.text.length
    filled.text += words
    if (segment.kind === 'text') continue
    const isMissing = segment.kind === 'blank' && !draft.values[segment.name ?? '']?.trim()
    filled.marks.push({ start, end: filled.text.length, kind: isMissing ? 'blank' : 'filled' })
  }
  return filled
}

export const partText = (script: Script, draft: Draft, at: number): string => fill(script, draft, at).text

/** The blanks that still stand open, by name. */
export function missing(script: Script, draft: Draft): string[] {
  const open = new Set<string>()
  for (const part of draft.parts) {
    for (const blank of script.blanks) {
      const stands =
        part.edited !== null
          ? part.edited.includes(gap(blank.label))
          : part.segments.some((one) => one.kind === 'blank' && one.name === blank.name) && !draft.values[blank.name]?.trim()
      if (stands) open.add(blank.name)
    }
  }
  return [...open]
}

function gapsIn(script: Script, text: string): Filled['marks'] {
  return script.blanks.flatMap(({ label }) => {
    const marks: Filled['marks'] = []
    for (let from = text.indexOf(gap(label)); from >= 0; from = text.indexOf(gap(label), from + 1)) {
      marks.push({ start: from, end: from + gap(label).length, kind: 'blank' })
    }
    return marks
  })
}
