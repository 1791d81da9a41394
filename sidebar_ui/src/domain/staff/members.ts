import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'
import { REFERENCE } from '@api/query'

export type Member = AnswerOf<'/api/staff/members', 'get'>['items'][number]
type Role = Member['roles'][number]

export const ROLE_WORDS: Readonly<Record<Role, string>> = { guide: '导购', store_manager: '店长', compliance: '合规', operator: '运营', admin: '管理员' }
/** Roles that a person grants; the others follow from WeCom. */
export const GRANTED: readonly Role[] = ['store_manager', 'compliance', 'operator', 'admin']

export interface MemberFilter {
  q: string
  store: string
  role: string
  withLeft: boolean
  page: number
  page_size: number
}

const KEY = ['members'] as const

export function useMembers(filter: MaybeRefOrGetter<MemberFilter>, isOn: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => [...KEY, toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const { q, store, role, withLeft, page, page_size } = toValue(filter)
      const query = { page, page_size, ...(q && { q }), ...(store && { store_id: Number(store) }), ...(role && { role: role as Role }), ...(withLeft && { with_left: true }) }
      return answer(api.GET('/api/staff/members', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
    enabled: computed(() => toValue(isOn)),
  })
}

/** What people call these userids, left ones included; who is not found is left out. */
export function useMemberNames(userids: MaybeRefOrGetter<readonly string[]>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'names', toValue(userids)] as const),
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(toValue(userids).map((q) => answer(api.GET('/api/staff/members', { params: { query: { q, with_left: true, page_size: 100 } }, signal }))))
      const people = lists.flatMap((list) => list.items)
      return Object.fromEntries(people.map((one) => [one.userid, one.name])) as Readonly<Record<string, string>>
    },
    enabled: computed(() => toValue(userids).length > 0),
    placeholderData: keepPreviousData,
    staleTime: REFERENCE,
  })
}

export function useSetRoles() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ userid, roles }: { userid: string; roles: Role[] }) => answer(api.PUT('/api/staff/members/{userid}/roles', { params: { path: { userid } }, body: { roles } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  })
}
