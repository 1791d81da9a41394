import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, done, type AnswerOf, type BodyOf } from '@api/client'

import { scriptKeys } from './keys'

/** A script as its editors see it: variables unfilled, with what the house style has to say. */
export type ScriptSource = AnswerOf<'/api/scripts/sources', 'get'>['items'][number]
export type NewScript = BodyOf<'/api/scripts', 'post'>
export type ScriptEdit = BodyOf<'/api/scripts/{script_id}', 'patch'>
export type Missed = AnswerOf<'/api/scripts/missed', 'get'>['items'][number]

export interface SourceFilter {
  q: string
  folder: string
  archived: boolean
  page: number
  page_size: number
}

const SOURCES = [...scriptKeys.all, 'sources'] as const
const MISSED = [...scriptKeys.all, 'missed'] as const

export function useSources(filter: MaybeRefOrGetter<SourceFilter>) {
  return useQuery({
    queryKey: computed(() => [...SOURCES, toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { q, folder, archived, page, page_size } = toValue(filter)
      const query = { page, page_size, ...(q && { q }), ...(folder && { folder_id: Number(folder) }), ...(archived && { archived }) }
      return answer(api.GET('/api/scripts/sources', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

/** What guides searched for and did not find. */
export function useMissedList() {
  return useQuery({ queryKey: MISSED, queryFn: ({ signal }) => answer(api.GET('/api/scripts/missed', { signal })) })
}

export function useSourceActs() {
  const cache = useQueryClient()
  async function onSuccess() {
    await Promise.all([cache.invalidateQueries({ queryKey: scriptKeys.all }), cache.invalidateQueries({ queryKey: scriptKeys.folders })])
  }
  return {
    add: useMutation({ mutationFn: (body: NewScript) => answer(api.POST('/api/scripts', { body })), onSuccess }),
    change: useMutation({
      mutationFn: ({ id, ...body }: ScriptEdit & { id: number }) => answer(api.PATCH('/api/scripts/{script_id}', { params: { path: { script_id: id } }, body })),
      onSuccess,
    }),
    archive: useMutation({ mutationFn: (id: number) => done(api.DELETE('/api/scripts/{script_id}', { params: { path: { script_id: id } } })), onSuccess }),
    addFolder: useMutation({ mutationFn: (body: { name: string; parent_id: number | null }) => answer(api.POST('/api/scripts/folders', { body })), onSuccess }),
    renameFolder: useMutation({
      mutationFn: ({ id, name }: { id: number; name: string }) => answer(api.PATCH('/api/scripts/folders/{folder_id}', { params: { path: { folder_id: id } }, body: { name } })),
      onSuccess,
    }),
    removeFolder: useMutation({ mutationFn: (id: number) => done(api.DELETE('/api/scripts/folders/{folder_id}', { params: { path: { folder_id: id } } })), onSuccess }),
    take: useMutation({
      mutationFn: (body: { yaml: string; dry_run: boolean }) => answer(api.POST('/api/scripts/import', { body })),
      onSuccess: (_answer, body) => (body.dry_run ? undefined : onSuccess()),
    }),
    forget: useMutation({ mutationFn: (id: number) => done(api.DELETE('/api/scripts/missed/{missed_id}', { params: { path: { missed_id: id } } })), onSuccess }),
  }
}

export const scriptsFile = () => api.GET('/api/scripts/export.yaml', { parseAs: 'blob' })
