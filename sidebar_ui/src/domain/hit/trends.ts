import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

export type TrendLine = AnswerOf<'/api/hits/trends', 'get'>['items'][number]
export type Dimension = 'category' | 'store' | 'guide' | 'entry'

export interface TrendFilter {
  by: string
  days: number
  category: string
  channel: string
  store: string
}

function queryOf({ by, days, category, channel, store }: TrendFilter) {
  return { by: by as Dimension, days, ...(category && { category }), ...(channel && { channel }), ...(store && { store_id: Number(store) }) }
}

/** Everything, for compliance. */
export function useTrends(filter: MaybeRefOrGetter<TrendFilter>, isOn: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['hits', 'trends', toValue(filter)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/hits/trends', { params: { query: queryOf(toValue(filter)) }, signal })),
    placeholderData: keepPreviousData,
    enabled: computed(() => toValue(isOn)),
  })
}

/** Of the own stores' people, for a store manager: counts alone. */
export function useOwnCounts(filter: MaybeRefOrGetter<TrendFilter>, isOn: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => ['hits', 'counts', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { by, days } = toValue(filter)
      return answer(api.GET('/api/hits/counts', { params: { query: { by: by === 'category' ? 'category' : 'guide', days } }, signal }))
    },
    placeholderData: keepPreviousData,
    enabled: computed(() => toValue(isOn)),
  })
}

export const trendsList = (filter: TrendFilter) => ({ what: 'trends' as const, filters: queryOf(filter) })
