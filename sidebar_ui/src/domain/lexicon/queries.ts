import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

import { lexiconKeys } from './keys'

export type EntryList = AnswerOf<'/api/lexicon', 'get'>
export type Entry = EntryList['items'][number]
export type Version = AnswerOf<'/api/lexicon/versions', 'get'>['items'][number]
export type ExamplesBody = BodyOf<'/api/lexicon/examples', 'post'>
export type Example = AnswerOf<'/api/lexicon/examples', 'post'>['items'][number]
export type TryBody = BodyOf<'/api/lexicon/try', 'post'>

export interface EntryFilter {
  q: string
  category: string
  action: string
  status: string
  expiry: string
  owner: string
  page: number
  page_size: number
}

/** The filter as the server takes it; also for acts on everything that it shows. */
export function shownBy({ q, category, action, status, expiry, owner }: Omit<EntryFilter, 'page' | 'page_size'>) {
  return {
    ...(q && { q }),
    ...(category && { category }),
    ...(action && { action: action as Entry['action'] }),
    ...(status && { status: status as Entry['status'] | 'changed' }),
    ...(expiry && { expiry: expiry as 'soon' | 'expired' }),
    ...(owner && { owner }),
  }
}

export function useEntries(filter: MaybeRefOrGetter<EntryFilter>) {
  return useQuery({
    queryKey: computed(() => lexiconKeys.list(toValue(filter))),
    queryFn: ({ signal }) => {
      const { page, page_size } = toValue(filter)
      const query = { page, page_size, ...shownBy(toValue(filter)) }
      return answer(api.GET('/api/lexicon', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

export function useCategories() {
  return useQuery({ queryKey: lexiconKeys.categories, queryFn: ({ signal }) => answer(api.GET('/api/lexicon/categories', { signal })) })
}

/** Who may answer for entries. */
export function useOwners() {
  return useQuery({ queryKey: lexiconKeys.owners, queryFn: ({ signal }) => answer(api.GET('/api/lexicon/owners', { signal })), staleTime: 600_000 })
}

export function useVersions() {
  return useQuery({ queryKey: lexiconKeys.versions, queryFn: ({ signal }) => answer(api.GET('/api/lexicon/versions', { signal })) })
}

/** The verdict on one sentence, step by step; nothing is recorded. */
export function useTrial(body: MaybeRefOrGetter<TryBody>) {
  return useQuery({
    queryKey: computed(() => lexiconKeys.trial(toValue(body))),
    queryFn: ({ signal }) => answer(api.POST('/api/lexicon/try', { body: toValue(body), signal })),
    enabled: computed(() => toValue(body).text.trim() !== ''),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
}

/** Whether the examples of an entry hold as it stands in the form; null while there is nothing to judge. */
export function useExamples(body: MaybeRefOrGetter<ExamplesBody | null>) {
  return useQuery({
    queryKey: computed(() => lexiconKeys.examples(toValue(body) ?? {})),
    queryFn: ({ signal }) => answer(api.POST('/api/lexicon/examples', { body: toValue(body)!, signal })),
    enabled: computed(() => toValue(body) !== null),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
}
