import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'

import { answer, api, type AnswerOf } from '@api/client'

export type SyncRun = AnswerOf<'/api/operations/syncs', 'get'>['items'][number]
export type SyncKind = SyncRun['kind']

const KEY = ['syncs'] as const
/** While a run is going on, look again this often. */
const RUNNING_EVERY = 2_000

export const KIND_WORDS: Readonly<Record<SyncKind, string>> = { staff: '成员和门店', customers: '客户', tags: '标签', groups: '客户群' }

export function useSyncs() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answer(api.GET('/api/operations/syncs', { signal })),
    refetchInterval: (query) => (query.state.data?.items.some((run) => run.state === 'running') ? RUNNING_EVERY : false),
  })
}

export function useSyncActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: KEY })
  return {
    start: useMutation({ mutationFn: (kinds: SyncKind[]) => answer(api.POST('/api/operations/syncs', { body: { kinds } })), onSuccess }),
    cancel: useMutation({ mutationFn: (id: number) => answer(api.POST('/api/operations/syncs/{run_id}/cancel', { params: { path: { run_id: id } } })), onSuccess }),
  }
}

const REPAIRED_WORDS: Readonly<Record<string, string>> = {
  customers_added: '补上客户', customers_changed: '更新客户', follows_added: '补上跟进关系', follows_changed: '更新跟进关系',
  follows_ended: '结束跟进关系', follows_reopened: '恢复跟进关系', members_added: '新增成员', members_changed: '更新成员', members_left: '成员离职', customer_rights_changed: '客户联系权限变化',
  departments_added: '新增部门', departments_changed: '更新部门', departments_removed: '删除部门', tags_added: '新增标签', tags_changed: '更新标签',
  tags_removed: '删除标签', tag_groups_added: '新增标签组', tag_groups_changed: '更新标签组', tag_groups_removed: '删除标签组', groups_added: '新增客户群',
  groups_changed: '更新客户群', groups_dismissed: '客户群解散', group_members_joined: '补上入群', group_members_left: '补上退群',
}

/** What a run found different and put right: 「补上客户 3 · 更新客户 12」. */
export function repairedWords(repaired: SyncRun['repaired']): string {
  const found = Object.entries(repaired).filter(([, count]) => count > 0)
  return found.map(([name, count]) => `${REPAIRED_WORDS[name] ?? name} ${count}`).join(' · ')
}
