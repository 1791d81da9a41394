import { computed, onScopeDispose, ref, watch } from 'vue'

import { asProblem } from '@api/problem'
import type { Card } from '@domain/customer'
import { useSetTags, type TagChange } from '@domain/tag'
import { announce } from '@ui/a11y/announce'

/** Several taps in a row become one request. */
const PAUSE = 300
/** How long a change can be taken back by one press. */
const UNDO = 8_000

/** The tags of one customer as they stand on the screen, a tap ahead of the server. */
export function useTagging(externalUserId: () => string, card: () => Card | undefined, nameOf: (id: string) => string) {
  const save = useSetTags(externalUserId)
  /** Taps that the server has not confirmed: wanted state by tag. */
  const wanted = ref<Record<string, boolean>>({})
  const lastChange = ref<{ change: TagChange; words: string } | null>(null)
  const problem = ref('')
  let saving: ReturnType<typeof setTimeout> | undefined
  let forgetting: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => {
    clearTimeout(forgetting)
    flush()
  })

  const known = computed(() => new Set(card()?.my_follow?.tag_ids ?? []))
  const chosen = computed(() => {
    const all = new Set(known.value)
    for (const [id, isOn] of Object.entries(wanted.value)) {
      if (isOn) all.add(id)
      else all.delete(id)
    }
    return all
  })

  // What the server has taken over is no longer waiting.
  watch(known, (ids) => {
    wanted.value = Object.fromEntries(Object.entries(wanted.value).filter(([id, isOn]) => ids.has(id) !== isOn))
  })

  function toggle(id: string): void {
    const isOn = !chosen.value.has(id)
    problem.value = ''
    wanted.value = { ...wanted.value, [id]: isOn }
    clearTimeout(saving)
    saving = setTimeout(flush, PAUSE)
  }

  function flush(): void {
    clearTimeout(saving)
    const taps = Object.entries(wanted.value).filter(([id, isOn]) => known.value.has(id) !== isOn)
    if (taps.length === 0) return
    const change = { add: taps.filter(([, isOn]) => isOn).map(([id]) => id), remove: taps.filter(([, isOn]) => !isOn).map(([id]) => id) }
    void send(change, true)
  }

  async function send(change: TagChange, mayUndo: boolean): Promise<void> {
    try {
      await save.mutateAsync(change)
      remember(mayUndo ? change : null)
    } catch (error) {
      const ids = new Set([...change.add, ...change.remove])
      wanted.value = Object.fromEntries(Object.entries(wanted.value).filter(([id]) => !ids.has(id)))
      problem.value = asProblem(error).message
    }
  }

  function remember(change: TagChange | null): void {
    clearTimeout(forgetting)
    lastChange.value = change && { change, words: wordsOf(change) }
    if (change === null) return
    announce(lastChange.value!.words)
    forgetting = setTimeout(() => (lastChange.value = null), UNDO)
  }

  function wordsOf({ add, remove }: TagChange): string {
    const named = (ids: readonly string[]) => ids.map((id) => `「${nameOf(id)}」`).join('')
    return [add.length > 0 ? `加上${named(add)}` : '', remove.length > 0 ? `去掉${named(remove)}` : ''].filter(Boolean).join('，')
  }

  function undo(): void {
    const last = lastChange.value
    if (last === null) return
    remember(null)
    const { add, remove } = last.change
    wanted.value = { ...wanted.value, ...Object.fromEntries([...add.map((id) => [id, false]), ...remove.map((id) => [id, true])]) }
    void send({ add: remove, remove: add }, false)
  }

  return { chosen, toggle, undo, lastChange, problem, isSaving: save.isPending }
}
