import { shallowRef } from 'vue'

import { announce } from '@ui/a11y/announce'

export interface Notice {
  sentence: string
  /** What 撤销 does; none, if there is nothing to take back. */
  undo?: () => void
}

const LASTS = 6_000

/** The one line that says what was just done. */
export const notice = shallowRef<Notice | null>(null)

let timer: ReturnType<typeof setTimeout> | undefined

export function notify(sentence: string, undo?: () => void): void {
  notice.value = { sentence, undo }
  announce(sentence)
  clearTimeout(timer)
  timer = setTimeout(dismiss, LASTS)
}

export function dismiss(): void {
  notice.value = null
}
