import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

export type CustomerRow = AnswerOf<'/api/customers', 'get'>['items'][number]
export type CustomerFile = AnswerOf<'/api/customers/{external_user_id}', 'get'>

export interface CustomerFilter {
  q: string
  store: string
  userid: string
  tags: readonly string[]
  anyTag: boolean
  relation: string
  sort: string
  page: number
  page_size: number
}

export const RELATION_WORDS = { friend: '好友', customer_deleted: '客户删除了导购', member_deleted: '导购删除了客户' } as const
type Relation = keyof typeof RELATION_WORDS
type Sort = '-first_added_at' | 'first_added_at' | 'name' | '-name'

export function useCustomers(filter: MaybeRefOrGetter<CustomerFilter>) {
  return useQuery({
    queryKey: computed(() => ['customers', 'list', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { q, store, userid, tags, anyTag, relation, sort, page, page_size } = toValue(filter)
      const query = {
        page,
        page_size,
        sort: sort as Sort,
        ...(q && { q }),
        ...(store && { store_id: Number(store) }),
        ...(userid && { userid }),
        ...(tags.length > 0 && { tag_ids: [...tags], any_tag: anyTag }),
        ...(relation && { relation: relation as Relation }),
      }
      return answer(api.GET('/api/customers', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

/** A customer's file, to read only. That somebody opened it is on record. */
export function useCustomerFile(externalUserId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['customers', toValue(externalUserId), 'file'] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/customers/{external_user_id}', { params: { path: { external_user_id: toValue(externalUserId) } }, signal })),
    staleTime: 5 * 60_000,
  })
}
