import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'
import { REFERENCE } from '@api/query'
import { customerKeys, type Card } from '@domain/customer'

export type TagGroup = AnswerOf<'/api/tags', 'get'>['groups'][number]
export type TagItem = TagGroup['tags'][number]
export type TagChange = Required<BodyOf<'/api/customers/{external_user_id}/tags', 'post'>>

export function useTagGroups() {
  return useQuery({
    queryKey: ['tags'] as const,
    queryFn: ({ signal }) => answer(api.GET('/api/tags', { signal })),
    staleTime: REFERENCE,
  })
}

/** Sets and removes tags. The card shows it at once; a refusal takes it back. */
export function useSetTags(externalUserId: MaybeRefOrGetter<string>) {
  const cache = useQueryClient()
  const key = () => customerKeys.card(toValue(externalUserId))
  return useMutation({
    mutationFn: (body: TagChange) => {
      const path = { external_user_id: toValue(externalUserId) }
      return answer(api.POST('/api/customers/{external_user_id}/tags', { params: { path }, body }))
    },
    onSuccess: ({ tag_ids, write_state }) => {
      cache.setQueryData<Card>(key(), (card) =>
        card?.my_follow ? { ...card, my_follow: { ...card.my_follow, tag_ids, tag_write_state: write_state } } : card,
      )
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['customers', toValue(externalUserId)] }),
  })
}
