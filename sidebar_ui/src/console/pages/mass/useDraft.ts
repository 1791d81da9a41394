import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import { asProblem } from '@api/problem'
import { useEditMass, type MassEdit, type MassMessage } from '@domain/mass'

const PAUSE = 700

export type DraftForm = Required<Pick<MassMessage, 'title' | 'text' | 'audience' | 'send_at'>>

/**
 * The words of a mass message while they are written. Every change is saved after a pause; a change
 * that could not be saved stays on the page and says so.
 */
export function useDraft(message: () => MassMessage) {
  const edit = useEditMass(() => message().id)
  const form = ref<DraftForm>(read(message()))
  const waiting = shallowRef<MassEdit>({})
  const isSaving = ref(false)
  const problem = shallowRef<Error | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  const isDirty = computed(() => Object.keys(waiting.value).length > 0)
  watch(message, (now) => {
    if (!isDirty.value && !isSaving.value) form.value = read(now)
  })

  function change(part: Partial<DraftForm>): void {
    form.value = { ...form.value, ...part }
    waiting.value = { ...waiting.value, ...part }
    clearTimeout(timer)
    timer = setTimeout(() => void save(), PAUSE)
  }

  /** True when everything written is with the server. */
  async function save(): Promise<boolean> {
    clearTimeout(timer)
    if (isSaving.value) {
      timer = setTimeout(() => void save(), PAUSE)
      return false
    }
    if (!isDirty.value) return true
    const part = waiting.value
    waiting.value = {}
    isSaving.value = true
    try {
      await edit.mutateAsync(part)
      problem.value = null
    } catch (error) {
      // What was typed meanwhile is newer.
      waiting.value = { ...part, ...waiting.value }
      problem.value = asProblem(error)
    } finally {
      isSaving.value = false
    }
    return !isDirty.value
  }

  const word = computed(() => {
    if (isSaving.value) return '正在保存…'
    if (problem.value) return '没有保存'
    return isDirty.value ? '有改动' : '已保存'
  })

  function onUnload(event: BeforeUnloadEvent) {
    if (isDirty.value || isSaving.value) event.preventDefault()
  }
  onMounted(() => addEventListener('beforeunload', onUnload))
  onBeforeUnmount(() => {
    clearTimeout(timer)
    removeEventListener('beforeunload', onUnload)
  })
  onBeforeRouteLeave(async () => (await save()) || isSaving.value || confirm('有改动没有保存，离开就丢了。仍要离开？'))

  return { form, change, save, word, problem, isDirty }
}

const read = ({ title, text, audience, send_at }: MassMessage): DraftForm => ({ title, text, audience, send_at })
