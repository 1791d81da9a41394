/** Where a text is marked, in UTF-16 units of the text: `start` included, `end` not. */
export interface Mark {
  start: number
  end: number
  kind: 'block' | 'replace' | 'warn' | 'record' | 'found' | 'filled' | 'blank'
  /** Ties the mark to its row in a list. */
  id?: string
}

export interface Piece {
  text: string
  mark: Mark | null
  start: number
}

const RANK: Record<Mark['kind'], number> = { block: 6, replace: 5, warn: 4, record: 3, blank: 2, found: 1, filled: 0 }

/** Cuts a text at its marks. Where marks overlap, the graver one is shown. */
export function cut(text: string, marks: readonly Mark[]): Piece[] {
  const usable = marks.filter((mark) => mark.start < mark.end && mark.start >= 0 && mark.end <= text.length)
  const edges = [...new Set([0, text.length, ...usable.flatMap((mark) => [mark.start, mark.end])])].sort((a, b) => a - b)
  const pieces: Piece[] = []
  for (let n = 0; n + 1 < edges.length; n++) {
    const start = edges[n]!
    const end = edges[n + 1]!
    const covering = usable.filter((mark) => mark.start <= start && mark.end >= end)
    const mark = covering.reduce<Mark | null>((best, one) => (best && RANK[best.kind] >= RANK[one.kind] ? best : one), null)
    const last = pieces[pieces.length - 1]
    if (last && last.mark === mark) last.text += text.slice(start, end)
    else pieces.push({ text: text.slice(start, end), mark, start })
  }
  return pieces
}
