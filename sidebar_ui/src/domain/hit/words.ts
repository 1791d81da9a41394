import type { HitRecord, Review } from './queries'

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

export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  sidebar: '侧边栏', welcome: '欢迎语', mass_message: '群发', bot: '机器人', app_message: '应用消息', remark: '备注', tag_name: '标签名', script: '话术',
}
export const ACTION_CHOICES: Readonly<Record<string, string>> = { block: '阻断', replace: '替换', warn: '警告', record: '记录' }
export const REVIEW_WORDS: Readonly<Record<Review['verdict'] | 'none', string>> = { none: '没有复核', right: '正确', false_alarm: '误伤', training: '需要培训' }
