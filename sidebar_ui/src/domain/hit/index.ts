import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type HitRecord = AnswerOf<'/api/hits', 'get'>['items'][number]
export type Review = BodyOf<'/api/hits/{hit_id}/review', 'post'>

export interface HitFilter {
  q: string
  category: string
  channel: string
  outcome: string
  review: string
  /** Times with their zone; empty is open. */
  from: string
  to: string
  page: number
  page_size: number
}

const KEY = ['hits'] as const

function queryOf(filter: HitFilter) {
  const { q, category, channel, outcome, review, from, to } = filter
  return {
    ...(q && { q }),
    ...(category && { category }),
    ...(channel && { channel }),
    ...(outcome && { outcome }),
    ...(review && { review: review as 'none' | Review['verdict'] }),
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

export function useReviewHit() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Review & { id: number }) => answer(api.POST('/api/hits/{hit_id}/review', { params: { path: { hit_id: id } }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  })
}

export const hitsFile = (filter: HitFilter) => api.GET('/api/hits/export.csv', { params: { query: queryOf(filter) }, parseAs: 'blob' })

export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  sidebar: '侧边栏', welcome: '欢迎语', mass_message: '群发', bot: '机器人', app_message: '应用消息', remark: '备注', tag_name: '标签名',
}
export const REVIEW_WORDS: Readonly<Record<Review['verdict'] | 'none', string>> = { none: '没有复核', right: '正确', false_alarm: '误伤', training: '需要培训' }
