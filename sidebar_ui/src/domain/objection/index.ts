import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, done, type AnswerOf, type BodyOf } from '@api/client'

export type Objection = AnswerOf<'/api/objections', 'get'>['items'][number]
export type OwnObjection = AnswerOf<'/api/objections/mine', 'get'>['items'][number]
export type Proposal = AnswerOf<'/api/objections/entries/{entry_id}/proposal', 'get'>
export type ObjectionState = OwnObjection['state']

const KEY = ['objections'] as const
const PAGE = 20

export const STATE_WORDS: Readonly<Record<ObjectionState, string>> = { open: '等合规答复', accepted: '已采纳', declined: '没有采纳', withdrawn: '你撤回了' }

/** 「觉得拦错了」, and taking it back. */
export function useObject() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyOf<'/api/objections', 'post'>) => answer(api.POST('/api/objections', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  })
}

export function useWithdraw() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => done(api.DELETE('/api/objections/{objection_id}', { params: { path: { objection_id: id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  })
}

/** One's own, page by page. */
export function useOwnObjections() {
  return useInfiniteQuery({
    queryKey: [...KEY, 'mine'],
    queryFn: ({ pageParam, signal }) => answer(api.GET('/api/objections/mine', { params: { query: { page: pageParam, page_size: PAGE } }, signal })),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (pages.length * PAGE < last.total ? pages.length + 1 : undefined),
  })
}

export function useEntryObjections(entryId: MaybeRefOrGetter<number>, page: MaybeRefOrGetter<number> = 1) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'entry', toValue(entryId), toValue(page)]),
    queryFn: ({ signal }) =>
      answer(api.GET('/api/objections', { params: { query: { entry_id: toValue(entryId), page: toValue(page), page_size: PAGE } }, signal })),
    placeholderData: keepPreviousData,
  })
}

export function useProposal(entryId: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'proposal', toValue(entryId)]),
    queryFn: ({ signal }) =>
      answer(api.GET('/api/objections/entries/{entry_id}/proposal', { params: { path: { entry_id: toValue(entryId) } }, signal })),
    // A proposal that changes under the pointer would be accepted by mistake.
    refetchOnWindowFocus: false,
  })
}

/** How many objected to one entry; 0 where nobody did. */
export function useObjectionCount(entryId: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'count', toValue(entryId)]),
    queryFn: async ({ signal }) => {
      const { items } = await answer(api.GET('/api/objections/counts', { params: { query: { entry_ids: [toValue(entryId)] } }, signal }))
      return items[0] ?? { entry_id: toValue(entryId), total: 0, open: 0 }
    },
  })
}

/** The answers change the draft of the word list and the record of hits, too. */
function useAnswering<B>(call: (entryId: number, body: B) => Promise<{ answered: number; still_hit: number }>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ entryId, ...body }: B & { entryId: number }) => call(entryId, body as B),
    onSuccess: () => cache.invalidateQueries({ predicate: ({ queryKey }) => ['objections', 'hits', 'lexicon'].includes(String(queryKey[0])) }),
  })
}

const entryPath = (entryId: number) => ({ path: { entry_id: entryId } })

export const useAccept = () =>
  useAnswering<BodyOf<'/api/objections/entries/{entry_id}/accept', 'post'>>((entryId, body) =>
    answer(api.POST('/api/objections/entries/{entry_id}/accept', { params: entryPath(entryId), body })),
  )

export const useDecline = () =>
  useAnswering<BodyOf<'/api/objections/entries/{entry_id}/decline', 'post'>>((entryId, body) =>
    answer(api.POST('/api/objections/entries/{entry_id}/decline', { params: entryPath(entryId), body })),
  )
