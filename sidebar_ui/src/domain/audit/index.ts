import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

export type AuditEntry = AnswerOf<'/api/audit', 'get'>['items'][number]

export interface AuditFilter {
  actor: string
  action: string
  subject: string
  since: string
  until: string
  page: number
  page_size: number
}

export function useAudit(filter: MaybeRefOrGetter<AuditFilter>) {
  return useQuery({
    queryKey: computed(() => ['audit', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { page, page_size, ...rest } = toValue(filter)
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''))
      return answer(api.GET('/api/audit', { params: { query: { page, page_size, ...given } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

/** Walks the whole chain of entries; asked for by a person, because it takes a while. */
export function useVerification() {
  return useQuery({ queryKey: ['audit', 'verification'] as const, queryFn: ({ signal }) => answer(api.GET('/api/audit/verification', { signal })), enabled: false, staleTime: 0, gcTime: 0 })
}
