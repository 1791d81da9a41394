import { useMutation, useQueryClient } from '@tanstack/vue-query'

import { answer, api, done, type BodyOf } from '@api/client'

import { lexiconKeys } from './keys'

export type EntryEdit = BodyOf<'/api/lexicon/entries/{entry_id}', 'patch'>
export type NewEntry = BodyOf<'/api/lexicon/entries', 'post'>
export type BulkBody = BodyOf<'/api/lexicon/entries/bulk', 'post'>
export type ImportBody = BodyOf<'/api/lexicon/import', 'post'>

const at = (id: number) => ({ path: { entry_id: id } })

/** Everything that changes the draft. */
export function useLexiconActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: lexiconKeys.all })
  return {
    add: useMutation({ mutationFn: (body: NewEntry) => answer(api.POST('/api/lexicon/entries', { body })), onSuccess }),
    change: useMutation({
      mutationFn: ({ id, ...body }: EntryEdit & { id: number }) => answer(api.PATCH('/api/lexicon/entries/{entry_id}', { params: at(id), body })),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: ({ id, why }: { id: number; why: string }) => done(api.DELETE('/api/lexicon/entries/{entry_id}', { params: at(id), body: { why } })), onSuccess }),
    revert: useMutation({ mutationFn: (id: number) => answer(api.POST('/api/lexicon/entries/{entry_id}/revert', { params: at(id) })), onSuccess }),
    /** With `dry_run` only what would happen. */
    bulk: useMutation({
      mutationFn: (body: BulkBody) => answer(api.POST('/api/lexicon/entries/bulk', { body })),
      onSuccess: (_answer, body) => (body.dry_run ? undefined : onSuccess()),
    }),
    addCategory: useMutation({ mutationFn: (name: string) => answer(api.POST('/api/lexicon/categories', { body: { name } })), onSuccess }),
    restore: useMutation({
      mutationFn: (number: number) => answer(api.POST('/api/lexicon/versions/{number}/restore', { params: { path: { number } } })),
      onSuccess,
    }),
    take: useMutation({
      mutationFn: (body: ImportBody) => answer(api.POST('/api/lexicon/import', { body })),
      onSuccess: (_answer, body) => (body.dry_run ? undefined : onSuccess()),
    }),
  }
}

export const lexiconFile = () => api.GET('/api/lexicon/export.csv', { parseAs: 'blob' })
