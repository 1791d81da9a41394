import type { AnswerOf } from '@api/client'

type Card = AnswerOf<'/api/sidebar/customers/{external_user_id}', 'get'>
type Script = AnswerOf<'/api/scripts', 'get'>['items'][number]
type Check = AnswerOf<'/api/checks', 'post'>
type Hit = Check['hits'][number]

const SOURCE = { add_way: 1, add_way_name: '扫描二维码', state: 'till-lin', channel_name: '收银台码' }

/** 王姐, followed by 林晓, who looks at this page. */
export const wangJie: Card = {
  external_user_id: 'wmWang',
  name: '云淡风轻',
  avatar: '',
  type: 1,
  gender: 2,
  corp_name: '',
  display_name: '王姐',
  is_mine: true,
  followers: [
    { userid: 'lin', name: '林晓', store: '上海南京路店', remark: '王姐', added_at: '2026-09-02T02:00:00Z', source: SOURCE, ended_at: null, ended_by: null, is_me: true },
  ],
  my_follow: {
    remark: '王姐',
    description: '膝盖怕冷',
    phones: [{ index: 0, masked: '138****5678' }],
    added_at: '2026-09-02T02:00:00Z',
    source: SOURCE,
    write_state: 'synced',
    write_error: null,
    tag_ids: ['t-commute'],
    tag_write_state: 'synced',
    tag_write_error: null,
    relation: 'friend',
    synced_at: '2026-11-22T02:00:00Z',
  },
  tags: [{ id: 't-commute', name: '通勤', group_id: 'g-taste', group_name: '购买偏好' }],
  suggestions: [],
  timeline: [],
  timeline_next: null,
  synced_at: '2026-11-22T02:00:00Z',
}

export const li: Card = { ...wangJie, external_user_id: 'wmLi', display_name: '李女士' }

export function script(id: number, title: string, text: string, more: Partial<Script> = {}): Script {
  return {
    id,
    title,
    folder_id: 1,
    folder_path: ['售后'],
    parts: [{ type: 'text', text, segments: [{ kind: 'text', text }] }],
    blanks: [],
    is_favourite: false,
    uses_30_days: 0,
    check: { action: 'pass', hits: [] },
    highlights: [],
    ...more,
  } as Script
}

export const WASH = script(1, '羊毛衫怎么洗', '翻面冷水，平铺阴干。')

export const SIZE = script(2, '尺码建议', '王姐您好，建议选 〔尺码〕。', {
  parts: [
    {
      type: 'text',
      text: '王姐您好，建议选 〔尺码〕。',
      segments: [
        { kind: 'filled', name: '称呼', text: '王姐' },
        { kind: 'text', text: '您好，建议选 ' },
        { kind: 'blank', name: '尺码', text: '〔尺码〕', choices: ['M', 'L'] },
        { kind: 'text', text: '。' },
      ],
    },
  ],
  blanks: [{ name: '尺码', label: '尺码', choices: ['M', 'L'], example: null }],
} as Partial<Script>)

export function hit(text: string, word: string, action: Hit['action'], suggestion: string | null): Hit {
  const start = text.indexOf(word)
  const end = start + word.length
  return {
    start, end, utf16_start: start, utf16_end: end, text: word, entry_id: 1, word,
    category: 'ad_law', category_name: '广告法', action, reason: '无法证明的承诺', suggestion, why: null,
  } as Hit
}

/** A word list of two words: 「绝对」 stops, 「最」 warns. */
export function verdict(text: string): Check {
  const hits = [
    ...(text.includes('绝对') ? [hit(text, '绝对', 'block', '不容易')] : []),
    ...(text.includes('最') ? [hit(text, '最', 'warn', '很')] : []),
  ]
  const action = hits.some((one) => one.action === 'block') ? 'block' : hits.length > 0 ? 'warn' : 'pass'
  return { action, hits, replaced: text, lexicon_version: 37 } as Check
}

const CLAIM_TEXT = '这款绝对不起球。'
export const CLAIM = script(3, '版型介绍', CLAIM_TEXT, { check: { action: 'block', hits: verdict(CLAIM_TEXT).hits } } as Partial<Script>)

wangJie.suggestions = [WASH, SIZE, CLAIM]
li.suggestions = [WASH]
