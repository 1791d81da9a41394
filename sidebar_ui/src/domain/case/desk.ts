import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type Rules = AnswerOf<'/api/desk/rules', 'get'>
export type Subscription = AnswerOf<'/api/desk/subscriptions', 'get'>['items'][number]

const RULES = ['desk', 'rules'] as const
const TOLD = ['desk', 'subscriptions'] as const

export function useRules() {
  return useQuery({ queryKey: RULES, queryFn: ({ signal }) => answer(api.GET('/api/desk/rules', { signal })) })
}

export function useSaveRules() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyOf<'/api/desk/rules', 'put'>) => answer(api.PUT('/api/desk/rules', { body })),
    onSuccess: (now) => cache.setQueryData(RULES, now),
  })
}

export function useSubscriptions() {
  return useQuery({ queryKey: TOLD, queryFn: ({ signal }) => answer(api.GET('/api/desk/subscriptions', { signal })) })
}

export function useSubscribe() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ userid, ...body }: BodyOf<'/api/desk/subscriptions/{userid}', 'put'> & { userid: string }) =>
      answer(api.PUT('/api/desk/subscriptions/{userid}', { params: { path: { userid } }, body })),
    onSuccess: (now) => cache.setQueryData(TOLD, now),
  })
}

export function useUnsubscribe() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (userid: string) => answer(api.DELETE('/api/desk/subscriptions/{userid}', { params: { path: { userid } } })),
    onSuccess: (now) => cache.setQueryData(TOLD, now),
  })
}
