export { GRANTED, ROLE_WORDS, useMemberNames, useMembers, useSetRoles, type Member, type MemberFilter } from './members'
import { useQuery } from '@tanstack/vue-query'

import { answer, api, done, type AnswerOf } from '@api/client'
import { REFERENCE } from '@api/query'

export type Me = AnswerOf<'/api/me', 'get'>
export type Role = Me['roles'][number]

export type Store = AnswerOf<'/api/staff/stores', 'get'>['items'][number]

export const staffKeys = { me: ['me'] as const, stores: ['stores'] as const }

/** Who is signed in. Asked once a visit. */
export function useMe() {
  return useQuery({
    queryKey: staffKeys.me,
    queryFn: ({ signal }) => answer(api.GET('/api/me', { signal })),
    staleTime: Infinity,
  })
}

/** The stores that the viewer may see, as a flat list with parents. */
export function useStores() {
  return useQuery({
    queryKey: staffKeys.stores,
    queryFn: ({ signal }) => answer(api.GET('/api/staff/stores', { signal })),
    staleTime: REFERENCE,
  })
}

/** Ends the sign-in of this browser. */
export function signOut(): Promise<void> {
  return done(api.POST('/api/sign-out'))
}
