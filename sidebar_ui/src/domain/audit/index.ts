import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
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

const given = ({ actor, action, subject, since, until }: AuditFilter) => Object.fromEntries(Object.entries({ actor, action, subject, since, until }).filter(([, value]) => value !== ''))

/** The list as it is filtered, to be taken away. */
export const auditList = (filter: AuditFilter) => ({ what: 'audit' as const, filters: given(filter) })

export function useAudit(filter: MaybeRefOrGetter<AuditFilter>) {
  return useQuery({
    queryKey: computed(() => ['audit', toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { page, page_size } = toValue(filter)
      return answer(api.GET('/api/audit', { params: { query: { page, page_size, ...given(toValue(filter)) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

export type AuditVerification = AnswerOf<'/api/audit/verification', 'get'>
export type AuditCheck = NonNullable<AuditVerification['check']>

const VERIFICATION = ['audit', 'verification'] as const
/** While the chain is being read, look again this often. */
const RUNNING_EVERY = 1_000

/** The latest reading of the whole chain, and when its head was last written down outside the database. */
export function useVerification() {
  return useQuery({
    queryKey: VERIFICATION,
    queryFn: ({ signal }) => answer(api.GET('/api/audit/verification', { signal })),
    refetchInterval: (query) => (query.state.data?.check?.state === 'running' ? RUNNING_EVERY : false),
  })
}

/** A job reads it; one that is under way is joined. */
export function useStartVerification() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () => answer(api.POST('/api/audit/verification')),
    onSuccess: () => cache.invalidateQueries({ queryKey: VERIFICATION }),
  })
}
