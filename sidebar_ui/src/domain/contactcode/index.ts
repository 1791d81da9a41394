import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, done, type AnswerOf, type BodyOf } from '@api/client'

export type ContactCode = AnswerOf<'/api/contact-codes', 'get'>['items'][number]
export type Welcome = AnswerOf<'/api/welcome', 'get'>['items'][number]
export type NewCode = BodyOf<'/api/contact-codes', 'post'>
export type CodeEdit = BodyOf<'/api/contact-codes/{code_id}', 'patch'>
export type WelcomeEdit = BodyOf<'/api/welcome', 'put'>

const CODES = ['contact-codes'] as const
const WELCOMES = ['welcomes'] as const
/** While WeCom makes a code, look again this often. */
const MAKING_EVERY = 2_000

export const LIFE_WORDS: Readonly<Record<ContactCode['life'], string>> = { creating: '正在创建', live: '可以用', failed: '没有创建成', ended: '已停用' }

export function useCodes(page: MaybeRefOrGetter<{ page: number; page_size: number }>) {
  return useQuery({
    queryKey: computed(() => [...CODES, toValue(page)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/contact-codes', { params: { query: toValue(page) }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.items.some((code) => code.life === 'creating') ? MAKING_EVERY : false),
  })
}

export function useCodeActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: CODES })
  return {
    add: useMutation({ mutationFn: (body: NewCode) => answer(api.POST('/api/contact-codes', { body })), onSuccess }),
    change: useMutation({ mutationFn: ({ id, ...body }: CodeEdit & { id: number }) => answer(api.PATCH('/api/contact-codes/{code_id}', { params: { path: { code_id: id } }, body })), onSuccess }),
    end: useMutation({ mutationFn: (id: number) => done(api.DELETE('/api/contact-codes/{code_id}', { params: { path: { code_id: id } } })), onSuccess }),
  }
}

export function useWelcomes(isAllowed: boolean) {
  return useQuery({ queryKey: WELCOMES, queryFn: ({ signal }) => answer(api.GET('/api/welcome', { signal })), enabled: isAllowed })
}

export function useWelcomeActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: WELCOMES })
  return {
    save: useMutation({ mutationFn: (body: WelcomeEdit) => answer(api.PUT('/api/welcome', { body })), onSuccess }),
    remove: useMutation({ mutationFn: (storeId: number) => done(api.DELETE('/api/welcome/{store_id}', { params: { path: { store_id: storeId } } })), onSuccess }),
  }
}
