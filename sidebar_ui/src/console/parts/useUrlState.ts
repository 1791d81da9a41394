import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** What does not move a list back to its first page. */
const STAYS = new Set(['page', 'open', 'tab'])

/**
 * The state of a list as it stands in the address, so that reload, Back and a pasted address show the
 * same. A value equal to its default is left out of the address.
 */
export function useUrlState<K extends string>(defaults: Readonly<Record<K, string>>) {
  const route = useRoute()
  const router = useRouter()
  const home = route.path
  const names = Object.keys(defaults) as K[]

  const state = computed(() => {
    const read = (name: K) => {
      const value = route.query[name]
      return typeof value === 'string' ? value : defaults[name]
    }
    return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<K, string>
  })

  /** `replace` for what is typed letter by letter: Back then steps over it. */
  function set(change: Partial<Record<K, string>>, how: 'push' | 'replace' = 'push'): void {
    if (route.path !== home) return
    const isOtherList = Object.keys(change).some((name) => !STAYS.has(name))
    const next: Record<string, string> = { ...state.value, ...(isOtherList && 'page' in defaults ? { page: defaults['page' as K] } : {}), ...change }
    const query = Object.fromEntries(Object.entries(next).filter(([name, value]) => value !== defaults[name as K]))
    void router[how]({ query })
  }

  return { state, set }
}
