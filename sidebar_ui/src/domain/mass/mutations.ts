import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, done, type BodyOf } from '@api/client'

import { massKeys } from './keys'
import { recipientQuery, type MassMessage, type RecipientFilter } from './queries'

type One = '/api/mass-messages/{mass_message_id}'
export type MassEdit = BodyOf<One, 'patch'>
export type Decision = BodyOf<`${One}/parts/{part_id}/decide`, 'post'>

const at = (id: number) => ({ path: { mass_message_id: id } })

export function useCreateMass() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (title: string) => answer(api.POST('/api/mass-messages', { body: { title } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: massKeys.all }),
  })
}

/** All that can be done with one mass message. Nothing is shown as done before the server says so. */
export function useMassActs(id: MaybeRefOrGetter<number>) {
  const cache = useQueryClient()

  function act<Wanted>(call: (id: number, wanted: Wanted) => Promise<MassMessage>) {
    return useMutation({
      mutationFn: (wanted: Wanted) => call(toValue(id), wanted),
      onSuccess: (message) => {
        cache.setQueryData(massKeys.one(message.id), message)
        void cache.invalidateQueries({ queryKey: massKeys.all })
      },
      // Someone else may have been quicker: what is there now is shown.
      onError: () => cache.invalidateQueries({ queryKey: massKeys.one(toValue(id)) }),
    })
  }

  return {
    submit: act((one, confirmed_reason: string | null) => answer(api.POST('/api/mass-messages/{mass_message_id}/submit', { params: at(one), body: { confirmed_reason } }))),
    approve: act((one, body: { comment: string; content_hash: string }) => answer(api.POST('/api/mass-messages/{mass_message_id}/approve', { params: at(one), body }))),
    reject: act((one, comment: string) => answer(api.POST('/api/mass-messages/{mass_message_id}/reject', { params: at(one), body: { comment } }))),
    cancel: act((one: number) => answer(api.POST('/api/mass-messages/{mass_message_id}/cancel', { params: at(one) }))),
    remind: act((one, userids: string[] | null) => answer(api.POST('/api/mass-messages/{mass_message_id}/remind', { params: at(one), body: { userids } }))),
    readResults: act((one: number) => answer(api.POST('/api/mass-messages/{mass_message_id}/read-results', { params: at(one) }))),
  }
}

/** Saves what was written. Kept apart from the acts: a failed save must not throw away the words. */
export function useEditMass(id: MaybeRefOrGetter<number>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: MassEdit) => answer(api.PATCH('/api/mass-messages/{mass_message_id}', { params: at(toValue(id)), body })),
    onSuccess: (message) => {
      cache.setQueryData(massKeys.one(message.id), message)
      void cache.invalidateQueries({ queryKey: ['mass-messages', 'list'] })
    },
  })
}

export function useDeleteMass() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => done(api.DELETE('/api/mass-messages/{mass_message_id}', { params: at(id) })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['mass-messages', 'list'] }),
  })
}

export function useDecidePart(id: MaybeRefOrGetter<number>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ partId, ...body }: Decision & { partId: number }) => {
      const path = { mass_message_id: toValue(id), part_id: partId }
      return answer(api.POST('/api/mass-messages/{mass_message_id}/parts/{part_id}/decide', { params: { path }, body }))
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: massKeys.one(toValue(id)) }),
  })
}

/** The recipients as a file; who took it is recorded. */
export function recipientsFile(id: number, kind: 'csv' | 'xlsx', filter: Pick<RecipientFilter, 'state' | 'userid'>) {
  const params = { ...at(id), query: recipientQuery(filter) }
  return kind === 'csv'
    ? api.GET('/api/mass-messages/{mass_message_id}/recipients.csv', { params, parseAs: 'blob' })
    : api.GET('/api/mass-messages/{mass_message_id}/recipients.xlsx', { params, parseAs: 'blob' })
}
