import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'

import { answer, api, done, type AnswerOf } from '@api/client'

export type SendSwitch = AnswerOf<'/api/operations/send-switch', 'get'>

const KEY = ['send-switch'] as const
const EVERY = 15_000

/** Whether everything that leaves is stopped, for everybody. */
export function useSendSwitch() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => answer(api.GET('/api/operations/send-switch', { signal })), refetchInterval: EVERY })
}

export function useTurnSwitch() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { paused: boolean; reason: string }) => answer(api.PUT('/api/operations/send-switch', { body })),
    onSuccess: (now) => cache.setQueryData<SendSwitch>(KEY, now),
  })
}

/** Takes back every mass message task that no guide has confirmed; only while everything is stopped. */
export function useRecallTasks() {
  return useMutation({ mutationFn: (reason: string) => done(api.POST('/api/operations/mass-message-tasks/recall', { body: { reason } })) })
}
