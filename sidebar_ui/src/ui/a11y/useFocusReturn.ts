import { nextTick, watch } from 'vue'

/** Remembers who had the focus when something opened, and gives it back when that closes. */
export function useFocusReturn(isOpen: () => boolean): void {
  let before: HTMLElement | null = null
  watch(
    isOpen,
    async (open) => {
      if (open) {
        before = document.activeElement instanceof HTMLElement ? document.activeElement : null
        return
      }
      const target = before
      before = null
      await nextTick()
      if (target?.isConnected) target.focus()
    },
    { immediate: true, flush: 'sync' },
  )
}
