import type { Entry, EntryChange } from '@domain/lexicon'
import { CircleCheckIcon, EditIcon, PendingIcon, PlusIcon, StoppedIcon } from '@ui/icons'

export const STATUS_LOOKS = {
  published: { tone: 'success', icon: CircleCheckIcon, word: '已发布' },
  draft_new: { tone: 'info', icon: PlusIcon, word: '草稿·新增' },
  draft_changed: { tone: 'neutral', icon: EditIcon, word: '草稿·有改动' },
  draft_removed: { tone: 'warning', icon: StoppedIcon, word: '草稿·要删除' },
} as const satisfies Record<Entry['status'], { tone: string; icon: unknown; word: string }>

/** Of an entry whose change waits for another person. */
export const WAITING_LOOK = { tone: 'brand', icon: PendingIcon, word: '待审批' } as const

export const CHANGE_LOOKS = {
  added: { tone: 'info', icon: PlusIcon, word: '新增' },
  removed: { tone: 'warning', icon: StoppedIcon, word: '删除' },
  changed: { tone: 'neutral', icon: EditIcon, word: '修改' },
} as const satisfies Record<EntryChange['kind'], { tone: string; icon: unknown; word: string }>

export const EXPIRY_CHOICES = [
  { value: 'soon', word: '30 天内到期' },
  { value: 'expired', word: '已到期' },
] as const

export const STATUS_CHOICES = [
  { value: 'changed', word: '全部草稿改动' },
  { value: 'published', word: '已发布' },
  { value: 'draft_new', word: '新增' },
  { value: 'draft_changed', word: '有改动' },
  { value: 'draft_removed', word: '要删除' },
] as const

export const ACTION_NAMES: Readonly<Record<Entry['action'], string>> = { pass: '放行', record: '记录', warn: '警告', replace: '必须换词', block: '阻断' }
export const ACTION_CHOICES = (['record', 'warn', 'replace', 'block'] as const).map((value) => ({ value, word: ACTION_NAMES[value] }))
export const ACTION_NOTES: Readonly<Record<Entry['action'], string>> = {
  pass: '只用来认出，不做任何事',
  record: '照常发出，留一条命中记录',
  warn: '说明理由后可以发出',
  replace: '自动换成下面的写法才能发出',
  block: '不能发出',
}

const LONGEST_NAME = 24
/** What an entry is called where there is little room: a rule's pattern can be long. */
export const shortly = (text: string): string => (text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text)
