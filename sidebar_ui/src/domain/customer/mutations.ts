import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type BodyOf } from '@api/client'

import { customerKeys } from './keys'
import type { Card } from './queries'

export type FollowEdit = BodyOf<'/api/customers/{external_user_id}/follow', 'patch'>
export type RevealReason = BodyOf<'/api/customers/{external_user_id}/phones/{index}/reveal', 'post'>['reason']

/** Saves remark, phones and description; WeCom is told in the background (`write_state`). */
export function useEditFollow(externalUserId: MaybeRefOrGetter<string>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: FollowEdit) => {
      const path = { external_user_id: toValue(externalUserId) }
      return answer(api.PATCH('/api/customers/{external_user_id}/follow', { params: { path }, body }))
    },
    onSuccess: ({ my_follow }) => {
      const key = customerKeys.card(toValue(externalUserId))
      cache.setQueryData<Card>(key, (card) => (card ? { ...card, my_follow } : card))
      void cache.invalidateQueries({ queryKey: key })
      void cache.invalidateQueries({ queryKey: customerKeys.timeline(toValue(externalUserId)) })
    },
  })
}

/** Asks the server to fetch the customer from WeCom now. */
export function useSyncCustomer(externalUserId: MaybeRefOrGetter<string>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () => {
      const path = { external_user_id: toValue(externalUserId) }
      return answer(api.POST('/api/sidebar/customers/{external_user_id}/sync', { params: { path } }))
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: customerKeys.card(toValue(externalUserId)) }),
  })
}

/** Shows one phone number in full; who asked and why is recorded. */
export function useRevealPhone(externalUserId: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: ({ index, reason }: { index: number; reason: RevealReason }) => {
      const path = { external_user_id: toValue(externalUserId), index }
      return answer(
        api.POST('/api/customers/{external_user_id}/phones/{index}/reveal', { params: { path }, body: { reason } }),
      )
    },
    gcTime: 0,
  })
}
