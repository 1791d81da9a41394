import type { Hit } from '@domain/check'
import { AlertIcon, BlockIcon, CheckedIcon, RecordIcon } from '@ui/icons'

/** How verdicts look everywhere in the console. */
export const ACTION_LOOKS = {
  block: { tone: 'danger', icon: BlockIcon },
  replace: { tone: 'warning', icon: AlertIcon },
  warn: { tone: 'warning', icon: AlertIcon },
  record: { tone: 'info', icon: RecordIcon },
  pass: { tone: 'success', icon: CheckedIcon },
} as const satisfies Record<Hit['action'] | 'pass', { tone: string; icon: unknown }>
