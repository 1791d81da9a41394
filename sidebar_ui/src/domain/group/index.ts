import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

export type Group = AnswerOf<'/api/groups/{chat_id}', 'get'>

export function useGroup(chatId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['groups', toValue(chatId)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/groups/{chat_id}', { params: { path: { chat_id: toValue(chatId) } }, signal })),
  })
}

export { useGroups, type GroupFilter, type GroupRow } from './listing'
