import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** What the browser says about the network. It can be wrong, so nothing is refused because of it alone. */
export function useOnline(): Readonly<Ref<boolean>> {
  const isOnline = ref(navigator.onLine !== false)
  const look = () => (isOnline.value = navigator.onLine !== false)
  addEventListener('online', look)
  addEventListener('offline', look)
  onScopeDispose(() => {
    removeEventListener('online', look)
    removeEventListener('offline', look)
  })
  return readonly(isOnline)
}
