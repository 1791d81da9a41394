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

export interface Filled {
  text: string
  marks: { start: number; end: number; kind: 'blank' | 'filled' }[]
}

/** A part with the blanks filled as far as they are; what is missing stands as the server wrote it: 〔身高〕. */
export function fill(draft: Draft, at: number): Filled {
  const part = draft.parts[at]!
  if (part.edited !== null) return { text: part.edited, marks: gapsIn(part) }
  const filled: Filled = { text: '', marks: [] }
  for (const segment of part.segments) {
    const value = segment.kind === 'blank' ? draft.values[segment.name ?? '']?.trim() : ''
    const words = value || segment.text
    const start = filled.text.length
    filled.text += words
    if (segment.kind === 'text') continue
    filled.marks.push({ start, end: filled.text.length, kind: segment.kind === 'blank' && !value ? 'blank' : 'filled' })
  }
  return filled
}

/** The blanks that still stand open, by name. */
export function missing(draft: Draft): string[] {
  const open = draft.parts.flatMap((part) =>
    part.segments.filter((one) => {
      if (one.kind !== 'blank') return false
      return part.edited === null ? !draft.values[one.name ?? '']?.trim() : part.edited.includes(one.text)
    }),
  )
  return [...new Set(open.map((one) => one.name ?? one.text))]
}

function gapsIn({ segments, edited }: DraftPart): Filled['marks'] {
  const text = edited ?? ''
  return segments
    .filter((one) => one.kind === 'blank')
    .flatMap((one) => {
      const marks: Filled['marks'] = []
      for (let from = text.indexOf(one.text); from >= 0; from = text.indexOf(one.text, from + 1)) {
        marks.push({ start: from, end: from + one.text.length, kind: 'blank' })
      }
      return marks
    })
}
