import type { MassState, Sender } from '@domain/mass'
import { AlertIcon, CheckIcon, CircleCheckIcon, CircleIcon, DueIcon, EditIcon, MassIcon, PendingIcon, RefusedIcon, StoppedIcon, UndoIcon, UnknownIcon } from '@ui/icons'

export const STATE_LOOKS = {
  draft: { tone: 'neutral', icon: EditIcon },
  pending_approval: { tone: 'info', icon: PendingIcon },
  approved: { tone: 'success', icon: CheckIcon },
  scheduled: { tone: 'accent', icon: DueIcon },
  sending: { tone: 'brand', icon: MassIcon },
  done: { tone: 'success', icon: CircleCheckIcon },
  cancelled: { tone: 'neutral', icon: StoppedIcon },
  rejected: { tone: 'warning', icon: UndoIcon },
} as const satisfies Record<MassState, { tone: string; icon: unknown }>

export const STATE_CHOICES = [
  { value: 'draft', word: '草稿' },
  { value: 'pending_approval', word: '待审批' },
  { value: 'scheduled', word: '已排期' },
  { value: 'sending', word: '发送中' },
  { value: 'done', word: '已完成' },
  { value: 'rejected', word: '已退回' },
  { value: 'cancelled', word: '已取消' },
] as const

export const SENDER_LOOKS = {
  waiting: { tone: 'neutral', icon: PendingIcon },
  unconfirmed: { tone: 'neutral', icon: CircleIcon },
  confirmed: { tone: 'success', icon: CircleCheckIcon },
  refused: { tone: 'danger', icon: RefusedIcon },
  unknown: { tone: 'warning', icon: UnknownIcon },
  ambiguous: { tone: 'warning', icon: AlertIcon },
  not_created: { tone: 'neutral', icon: RefusedIcon },
  cancelled: { tone: 'neutral', icon: StoppedIcon },
} as const satisfies Record<Sender['state'], { tone: string; icon: unknown }>
