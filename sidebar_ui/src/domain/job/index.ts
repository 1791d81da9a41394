import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, done, type AnswerOf } from '@api/client'

export type JobList = AnswerOf<'/api/operations/jobs', 'get'>
export type Job = JobList['items'][number]
export type Lane = Job['lane']

export interface JobFilter {
  state: string
  name: string
  lane: string
  page: number
  page_size: number
}

const KEY = ['jobs'] as const
const EVERY = 5_000

export function useJobs(filter: MaybeRefOrGetter<JobFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { state, name, lane, page, page_size } = toValue(filter)
      const query = { page, page_size, state: state as Job['state'], ...(name && { name }), ...(lane && { lane: lane as Lane }) }
      return answer(api.GET('/api/operations/jobs', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY,
  })
}

export function useJobActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: KEY })
  return {
    replay: useMutation({
      mutationFn: (id: number) => answer(api.POST('/api/operations/jobs/{job_id}/replay', { params: { path: { job_id: id } } })),
      onSuccess,
    }),
    /** All dead letters of one name, or those chosen. */
    replayMany: useMutation({
      mutationFn: (which: { name: string } | { ids: number[] }) => answer(api.POST('/api/operations/jobs/replay', { body: which })),
      onSuccess,
    }),
    discard: useMutation({
      mutationFn: ({ id, reason }: { id: number; reason: string }) =>
        done(api.POST('/api/operations/jobs/{job_id}/discard', { params: { path: { job_id: id } }, body: { reason } })),
      onSuccess,
    }),
  }
}

export const LANE_WORDS: Readonly<Record<Lane, string>> = { urgent: '紧急', default: '一般', bulk: '大批' }
export const STATE_WORDS: Readonly<Record<Job['state'], string>> = { dead: '做不下去', waiting: '排队中', running: '进行中', done: '已完成', discarded: '已放弃' }

/** 「12 秒」「5 分钟」「3 小时」: how long the oldest has been waiting. */
export function lasting(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} 秒`
  if (seconds < 3600) return `${Math.round(seconds / 60)} 分钟`
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} 小时` : `${Math.round(seconds / 86_400)} 天`
}
