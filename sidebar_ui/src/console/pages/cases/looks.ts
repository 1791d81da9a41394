import type { CaseState } from '@domain/case'
import { AlertIcon, CheckedIcon, CheckTwiceIcon } from '@ui/icons'

export const STATE_LOOKS = {
  open: { tone: 'warning', icon: AlertIcon },
  reviewed: { tone: 'info', icon: CheckedIcon },
  closed: { tone: 'neutral', icon: CheckTwiceIcon },
} as const satisfies Record<CaseState, { tone: string; icon: unknown }>
