import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'
import { REFERENCE } from '@api/query'

import { scriptKeys } from './keys'

export type Script = AnswerOf<'/api/scripts', 'get'>['items'][number]
export type Folder = AnswerOf<'/api/scripts/folders', 'get'>['folders'][number]

export interface ScriptFilter {
  q: string
  folderId: number | null
  isFavourite: boolean
  /** For whom variables are filled; none in a group. */
  externalUserId: string | null
}

const PAGE = 30

/** Scripts that fit, best first, page by page. The former answer stays while the next one comes. */
export function useScripts(filter: MaybeRefOrGetter<ScriptFilter>) {
  return useInfiniteQuery({
    queryKey: computed(() => scriptKeys.list(toValue(filter))),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const { q, folderId, isFavourite, externalUserId } = toValue(filter)
      const query = {
        limit: PAGE,
        ...(q && { q }),
        ...(folderId !== null && { folder_id: folderId }),
        ...(isFavourite && { favourite: true }),
        ...(externalUserId && { external_user_id: externalUserId }),
        ...(pageParam && { cursor: pageParam }),
      }
      return answer(api.GET('/api/scripts', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
}

export function useFolders() {
  return useQuery({
    queryKey: scriptKeys.folders,
    queryFn: ({ signal }) => answer(api.GET('/api/scripts/folders', { signal })),
    staleTime: REFERENCE,
  })
}
