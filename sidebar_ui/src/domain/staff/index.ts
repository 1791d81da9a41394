import { useQuery } from '@tanstack/vue-query'

import { answer, api, type AnswerOf } from '@api/client'

export type Me = AnswerOf<'/api/me', 'get'>
export type Role = Me['roles'][number]

export const staffKeys = { me: ['me'] as const }

/** Who is signed in. Asked once a visit. */
export function useMe() {
  return useQuery({
    queryKey: staffKeys.me,
    queryFn: ({ signal }) => answer(api.GET('/api/me', { signal })),
    staleTime: Infinity,
  })
}
