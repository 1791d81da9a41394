import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

import { massKeys } from './keys'

type One = '/api/mass-messages/{mass_message_id}'
export type MassMessage = AnswerOf<One, 'get'>
export type MassRow = AnswerOf<'/api/mass-messages', 'get'>['items'][number]
export type MassState = MassMessage['state']
export type Sender = AnswerOf<`${One}/senders`, 'get'>['items'][number]
export type Recipient = AnswerOf<`${One}/recipients`, 'get'>['items'][number]
export type Audience = MassMessage['audience']
export type AudiencePreview = AnswerOf<'/api/mass-messages/audience-preview', 'post'>
type PreviewBody = BodyOf<'/api/mass-messages/audience-preview', 'post'>

/** While something is under way, look again this often. */
const MOVING_EVERY = 4_000
/** Somebody else decides: whoever waits sees the answer without asking for it. */
const WAITING_EVERY = 10_000

function lookAgainIn(states: readonly (MassState | undefined)[]): number | false {
  if (states.some((state) => state === 'approved' || state === 'scheduled' || state === 'sending')) return MOVING_EVERY
  return states.includes('pending_approval') ? WAITING_EVERY : false
}

export interface MassFilter {
  q: string
  state: string
  page: number
  page_size: number
}

export function useMassMessages(filter: MaybeRefOrGetter<MassFilter>) {
  return useQuery({
    queryKey: computed(() => massKeys.list(toValue(filter))),
    queryFn: ({ signal }) => {
      const { q, state, page, page_size } = toValue(filter)
      const query = { page, page_size, ...(q && { q }), ...(state && { state: state as MassState }) }
      return answer(api.GET('/api/mass-messages', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) => lookAgainIn(query.state.data?.items.map((row) => row.state) ?? []),
  })
}

export function useMassMessage(id: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => massKeys.one(toValue(id))),
    queryFn: ({ signal }) => answer(api.GET('/api/mass-messages/{mass_message_id}', { params: { path: { mass_message_id: toValue(id) } }, signal })),
    // Others approve, confirm and cancel: what was read a moment ago may be wrong by now.
    staleTime: 0,
    refetchInterval: (query) => lookAgainIn([query.state.data?.state]),
  })
}

/** Who would get it now, who is left out and why. Counted in the scope of its author. */
export function useAudiencePreview(id: MaybeRefOrGetter<number>, audience: MaybeRefOrGetter<PreviewBody['audience'] | null>) {
  return useQuery({
    queryKey: computed(() => massKeys.preview(toValue(id), toValue(audience) ?? {})),
    queryFn: ({ signal }) => {
      const body = { audience: toValue(audience)!, mass_message_id: toValue(id) }
      return answer(api.POST('/api/mass-messages/audience-preview', { body, signal }))
    },
    enabled: computed(() => toValue(audience) !== null),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  })
}

export function useSenders(id: MaybeRefOrGetter<number>, isLive: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => massKeys.senders(toValue(id))),
    queryFn: ({ signal }) => answer(api.GET('/api/mass-messages/{mass_message_id}/senders', { params: { path: { mass_message_id: toValue(id) } }, signal })),
    refetchInterval: () => (toValue(isLive) ? MOVING_EVERY : false),
  })
}

export interface RecipientFilter {
  state: string
  userid: string
  page: number
  page_size: number
}

export const recipientQuery = ({ state, userid }: Pick<RecipientFilter, 'state' | 'userid'>) => ({
  ...(state && { state: state as Recipient['state'] }),
  ...(userid && { userid }),
})

export function useRecipients(id: MaybeRefOrGetter<number>, filter: MaybeRefOrGetter<RecipientFilter>) {
  return useQuery({
    queryKey: computed(() => massKeys.recipients(toValue(id), toValue(filter))),
    queryFn: ({ signal }) => {
      const { page, page_size } = toValue(filter)
      const params = { path: { mass_message_id: toValue(id) }, query: { page, page_size, ...recipientQuery(toValue(filter)) } }
      return answer(api.GET('/api/mass-messages/{mass_message_id}/recipients', { params, signal }))
    },
    placeholderData: keepPreviousData,
  })
}
