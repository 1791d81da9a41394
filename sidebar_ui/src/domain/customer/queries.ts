import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

import { customerKeys } from './keys'

export type Card = AnswerOf<'/api/sidebar/customers/{external_user_id}', 'get'>
export type MyFollow = NonNullable<Card['my_follow']>
export type Follower = Card['followers'][number]
export type TimelineItem = Card['timeline'][number]

/** How often a write to WeCom that is under way is looked at again. */
const WRITING_EVERY = 2_000
/** How often a customer who is being fetched from WeCom is looked for. */
const SYNCING_EVERY = 5_000

/** Everything the sidebar shows of a customer, in one request. */
export function useCard(externalUserId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => customerKeys.card(toValue(externalUserId))),
    queryFn: ({ signal }) => {
      const path = { external_user_id: toValue(externalUserId) }
      return answer(api.GET('/api/sidebar/customers/{external_user_id}', { params: { path }, signal }))
    },
    refetchInterval: (query) => {
      if (query.state.error && 'code' in query.state.error && query.state.error.code === 'customer_not_synced') {
        return SYNCING_EVERY
      }
      const mine = query.state.data?.my_follow
      return mine?.write_state === 'pending' || mine?.tag_write_state === 'pending' ? WRITING_EVERY : false
    },
  })
}

export function useTimeline(externalUserId: MaybeRefOrGetter<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => customerKeys.timeline(toValue(externalUserId))),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const path = { external_user_id: toValue(externalUserId) }
      const query = pageParam ? { before: pageParam } : {}
      return answer(api.GET('/api/sidebar/customers/{external_user_id}/timeline', { params: { path, query }, signal }))
    },
    getNextPageParam: (page) => page.next ?? undefined,
  })
}
