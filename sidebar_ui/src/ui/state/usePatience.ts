import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** Waits shorter than this show nothing: a flicker reads as an error. */
export const QUIET_MS = 150
/** A skeleton that was shown stays this long, for the same reason. */
export const AT_LEAST_MS = 300

/** Turns "is waiting" into "show that we are waiting". */
export function usePatience(isWaiting: () => boolean): Readonly<Ref<boolean>> {
  const isShown = ref(false)
  let shownAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    isWaiting,
    (waiting) => {
      clearTimeout(timer)
      if (waiting && !isShown.value) {
        timer = setTimeout(() => {
          isShown.value = true
          shownAt = Date.now()
        }, QUIET_MS)
      } else if (!waiting && isShown.value) {
        timer = setTimeout(() => (isShown.value = false), Math.max(0, AT_LEAST_MS - (Date.now() - shownAt)))
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return readonly(isShown)
}
