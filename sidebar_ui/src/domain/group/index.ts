import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type Schemas } from '@api/client'

export type Group = Schemas['GroupView']

export function useGroup(chatId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['groups', toValue(chatId)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/groups/{chat_id}', { params: { path: { chat_id: toValue(chatId) } }, signal })),
  })
}
