import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

export type GroupRow = AnswerOf<'/api/groups', 'get'>['items'][number]

export interface GroupFilter {
  q: string
  owner: string
  page: number
  page_size: number
}

export function useGroups(filter: MaybeRefOrGetter<GroupFilter>) {
  return useQuery({
    queryKey: computed(() => ['groups', 'list', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { q, owner, page, page_size } = toValue(filter)
      return answer(api.GET('/api/groups', { params: { query: { page, page_size, ...(q && { q }), ...(owner && { owner }) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}
