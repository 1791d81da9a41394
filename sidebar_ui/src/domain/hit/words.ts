import type { HitRecord } from './index'

export const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  previewed: '写的时候看到', blocked: '拦下', needs_confirmation: '等说明理由', confirmed: '确认后发出', replaced: '换词后发出', recorded: '只记录',
}

/** Where the word stands in the passage. The server counts code points, a page UTF-16 units. */
export function markOf({ passage, marked, action }: Pick<HitRecord, 'passage' | 'marked' | 'action'>) {
  const points = [...passage]
  const units = (count: number) => points.slice(0, count).join('').length
  const kind = action === 'block' || action === 'replace' || action === 'warn' ? action : ('record' as const)
  return [{ start: units(marked.start), end: units(marked.end), kind }] as const
}
