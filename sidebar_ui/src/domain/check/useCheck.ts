import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'

import { answer, api, type BodyOf } from '@api/client'


/** A pause in typing this long sends the text to the check. */
const PAUSE = 250

/**
 * The verdict on a text, asked again whenever the text changes. `isCurrent` says whether the verdict
 * shown belongs to the text that is there now: nothing may be sent on an older one.
 */
export function useCheck(text: MaybeRefOrGetter<string>, channel: BodyOf<'/api/checks', 'post'>['channel']) {
  const asked = ref(toValue(text))
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => toValue(text),
    (now) => {
      clearTimeout(timer)
      timer = setTimeout(() => (asked.value = now), PAUSE)
    },
  )
  onScopeDispose(() => clearTimeout(timer))

  const query = useQuery({
    queryKey: computed(() => ['checks', channel, asked.value] as const),
    queryFn: ({ signal }) => answer(api.POST('/api/checks', { body: { text: asked.value, channel }, signal })),
    enabled: computed(() => asked.value.trim() !== ''),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const isCurrent = computed(() => asked.value === toValue(text) && query.isSuccess.value && !query.isFetching.value)
  return { ...query, isCurrent }
}
