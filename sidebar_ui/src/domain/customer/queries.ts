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
/** How long after they were added a customer is looked at again as often: the welcome and first events arrive then. */
const NEW_FOR = 60_000

/** After how many milliseconds a card is worth another look; false: when somebody comes back to it. */
export function lookAgain(card: Pick<Card, 'my_follow'> | undefined, now: number): number | false {
  const mine = card?.my_follow
  if (mine?.write_state === 'pending' || mine?.tag_write_state === 'pending') return WRITING_EVERY
  return mine && Math.abs(now - Date.parse(mine.added_at)) < NEW_FOR ? SYNCING_EVERY : false
}

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
      return lookAgain(query.state.data, Date.now())
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
