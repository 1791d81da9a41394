import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type CaseLine = AnswerOf<'/api/cases', 'get'>['items'][number]
export type Case = AnswerOf<'/api/cases/{case_id}', 'get'>
export type CaseState = CaseLine['state']
export type NewCase = BodyOf<'/api/cases', 'post'>
type Move = BodyOf<'/api/cases/{case_id}/state', 'post'>

export { useRules, useSaveRules, useSubscribe, useSubscriptions, useUnsubscribe, type Rules, type Subscription } from './desk'

export interface CaseFilter {
  q: string
  state: string
  assignee: string
  origin: string
  from: string
  to: string
  page: number
  page_size: number
}

export const STATE_WORDS: Readonly<Record<CaseState | 'unfinished', string>> = { unfinished: '没结案的', open: '待处理', reviewed: '已复核', closed: '已结案' }
export const CONCLUSION_WORDS: Readonly<Record<NonNullable<CaseLine['conclusion']>, string>> = { right: '拦得对', false_alarm: '误伤', training: '需要培训' }
export const GATHER_WORDS = { hit: '只这一条', text: '同一段文字的', day: '这个人当天的' } as const

const KEY = ['cases'] as const

function queryOf({ q, state, assignee, origin, from, to }: CaseFilter) {
  return {
    ...(q && { q }),
    ...(state && { state: state as CaseState }),
    ...(assignee && { assignee }),
    ...(origin && { origin: origin as 'system' }),
    ...(from && { from }),
    ...(to && { to }),
  }
}

export function useCases(filter: MaybeRefOrGetter<CaseFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'list', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { page, page_size } = toValue(filter)
      return answer(api.GET('/api/cases', { params: { query: { page, page_size, ...queryOf(toValue(filter)) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

const one = (id: number) => ({ path: { case_id: id } })

export function useCase(id: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'one', toValue(id)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/cases/{case_id}', { params: one(toValue(id)), signal })),
  })
}

export function useAssignees() {
  return useQuery({
    queryKey: [...KEY, 'assignees'],
    queryFn: ({ signal }) => answer(api.GET('/api/cases/assignees', { signal })),
  })
}

/** Every answer is the whole case as it is now; lists and hits show parts of it. */
function useActing<B>(call: (body: B) => Promise<Case>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: call,
    // Often somebody else was first: what is there now is looked at again.
    onError: () => cache.invalidateQueries({ queryKey: [...KEY, 'one'] }),
    onSuccess: (now) => {
      cache.setQueryData([...KEY, 'one', now.id], now)
      return cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'hits' || (queryKey[0] === 'cases' && queryKey[1] === 'list') })
    },
  })
}

export const useOpenCase = () => useActing((body: NewCase) => answer(api.POST('/api/cases', { body })))

export const useAddNote = () =>
  useActing(({ id, text, pressId }: { id: number; text: string; pressId: string }) =>
    answer(api.POST('/api/cases/{case_id}/notes', { params: one(id), body: { text, press_id: pressId } })),
  )

export const useMoveCase = () =>
  useActing(({ id, ...body }: Move & { id: number }) => answer(api.POST('/api/cases/{case_id}/state', { params: one(id), body })))

export const useAssign = () =>
  useActing(({ id, assignee }: { id: number; assignee: string | null }) => answer(api.PUT('/api/cases/{case_id}/assignee', { params: one(id), body: { assignee } })))

export const useUnlink = () =>
  useActing(({ id, hitId }: { id: number; hitId: number }) =>
    answer(api.DELETE('/api/cases/{case_id}/hits/{hit_id}', { params: { path: { case_id: id, hit_id: hitId } } })),
  )

/** The list as it is filtered, to be taken away. */
export const casesList = (filter: CaseFilter) => ({ what: 'cases' as const, filters: queryOf(filter) })
