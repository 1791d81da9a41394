import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type HitRecord = AnswerOf<'/api/hits', 'get'>['items'][number]
export type Review = BodyOf<'/api/hits/{hit_id}/review', 'post'>

export type WordLine = AnswerOf<'/api/hits/words', 'get'>['items'][number]

/** What the address says; times with their zone, empty is open. */
export interface HitFilter {
  q: string
  category: string
  action: string
  channel: string
  outcome: string
  review: string
  /** Userids. */
  guides: readonly string[]
  /** Departments. */
  stores: readonly string[]
  entry: string
  from: string
  to: string
  page: number
  page_size: number
}

const KEY = ['hits'] as const

function queryOf(filter: HitFilter) {
  const { q, category, action, channel, outcome, review, guides, stores, entry, from, to } = filter
  return {
    ...(q && { q }),
    ...(category && { category }),
    ...(action && { action: action as 'block' }),
    ...(channel && { channel }),
    ...(outcome && { outcome }),
    ...(review && { review: review as 'none' | Review['verdict'] }),
    ...(guides.length && { guide: [...guides] }),
    ...(stores.length && { store_id: stores.map(Number) }),
    ...(entry && { entry_id: Number(entry) }),
    ...(from && { from }),
    ...(to && { to }),
  }
}

export function useHits(filter: MaybeRefOrGetter<HitFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { page, page_size } = toValue(filter)
      return answer(api.GET('/api/hits', { params: { query: { page, page_size, ...queryOf(toValue(filter)) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

/** One hit by its number: an address that was pasted may point beyond the page that is shown. */
export function useHit(id: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'one', toValue(id)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/hits/{hit_id}', { params: { path: { hit_id: toValue(id) ?? 0 } }, signal })),
    enabled: computed(() => toValue(id) !== null),
  })
}

export interface WordFilter {
  days: number
  q: string
  category: string
  sort: string
  page: number
  page_size: number
}

/** 误伤率高的词. */
export function useWords(filter: MaybeRefOrGetter<WordFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'words', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { q, category, ...rest } = toValue(filter)
      return answer(api.GET('/api/hits/words', { params: { query: { ...rest, ...(q && { q }), ...(category && { category }) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

/** One word by its entry: an address that was pasted may point beyond the page that is shown. */
export function useWord(days: MaybeRefOrGetter<number>, entryId: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'words', 'one', toValue(days), toValue(entryId)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/hits/words', { params: { query: { days: toValue(days), entry_id: toValue(entryId) ?? 0 } }, signal })),
    enabled: computed(() => toValue(entryId) !== null),
  })
}

export function useReviewHit() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Review & { id: number }) => answer(api.POST('/api/hits/{hit_id}/review', { params: { path: { hit_id: id } }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  })
}

/** The list as it is filtered, to be taken away. */
export const hitsList = (filter: HitFilter) => ({ what: 'hits' as const, filters: queryOf(filter) })
