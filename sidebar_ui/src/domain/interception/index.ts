import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type Comparison = AnswerOf<'/api/interception', 'get'>
export type InterceptionRun = Comparison['runs'][number]
export type PlannedStep = Comparison['steps'][number]
export type Choices = BodyOf<'/api/interception/choices', 'put'>
export type Side = keyof Comparison['counts']
export type LeftOutReason = Comparison['left_out'][number]['reason']

const KEY = ['interception'] as const
/** While a run is going on, look again this often. */
const RUNNING_EVERY = 2_000

export const SIDE_WORDS: Readonly<Record<Side, string>> = { only_ours: '只在我们', only_wecom: '只在企业微信', different: '不一致' }

export function useComparison() {
  const cache = useQueryClient()
  return useQuery({
    queryKey: [...KEY, 'overview'],
    queryFn: async ({ signal }) => {
      const now = await answer(api.GET('/api/interception', { signal }))
      const before = cache.getQueryData<Comparison>([...KEY, 'overview'])
      // The lists beside it are as old as the look they stem from.
      if (before && before.looked_at !== now.looked_at) void cache.invalidateQueries({ queryKey: [...KEY, 'list'] })
      return now
    },
    refetchInterval: (query) => (query.state.data?.is_running ? RUNNING_EVERY : false),
  })
}

export interface ListFilter {
  q: string
  page: number
  page_size: number
}

export function useDifferences(side: MaybeRefOrGetter<Side>, filter: MaybeRefOrGetter<ListFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'list', toValue(side), toValue(filter)] as const),
    queryFn: ({ signal }) => answer(api.GET('/api/interception/words', { params: { query: { side: toValue(side), ...toValue(filter) } }, signal })),
    placeholderData: keepPreviousData,
  })
}

export function useLeftOut(reason: MaybeRefOrGetter<string>, filter: MaybeRefOrGetter<ListFilter>) {
  return useQuery({
    queryKey: computed(() => [...KEY, 'list', 'left-out', toValue(reason), toValue(filter)] as const),
    queryFn: ({ signal }) => {
      const wanted = toValue(reason) as LeftOutReason | ''
      return answer(api.GET('/api/interception/left-out', { params: { query: { ...(wanted && { reason: wanted }), ...toValue(filter) } }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

export function useInterceptionActs() {
  const cache = useQueryClient()
  const onSettled = () => cache.invalidateQueries({ queryKey: KEY })
  return {
    check: useMutation({ mutationFn: () => answer(api.POST('/api/interception/checks')), onSettled }),
    update: useMutation({ mutationFn: (fingerprint: string) => answer(api.POST('/api/interception/updates', { body: { fingerprint } })), onSettled }),
    remove: useMutation({ mutationFn: () => answer(api.POST('/api/interception/removals')), onSettled }),
    choose: useMutation({ mutationFn: (body: Choices) => answer(api.PUT('/api/interception/choices', { body })), onSettled }),
    retry: useMutation({ mutationFn: () => answer(api.DELETE('/api/interception/refused-words')), onSettled }),
  }
}

/** 「新建 2 条、修改 1 条」 */
export function stepWords(steps: readonly Pick<PlannedStep, 'act'>[]): string {
  const words = { create: '新建', update: '修改', delete: '删除' } as const
  return (Object.keys(words) as (keyof typeof words)[])
    .map((act) => ({ act, count: steps.filter((step) => step.act === act).length }))
    .filter(({ count }) => count > 0)
    .map(({ act, count }) => `${words[act]} ${count} 条`)
    .join('、')
}

/** What came of a run: 「新建 2 条、2 个词被拒绝」. */
export function runWords(run: InterceptionRun): string {
  const parts = [
    [run.created, `新建 ${run.created} 条`],
    [run.updated, `修改 ${run.updated} 条`],
    [run.deleted, `删除 ${run.deleted} 条`],
    [run.refused, `${run.refused} 个词被拒绝`],
  ] as const
  const found = parts.filter(([count]) => count > 0).map(([, word]) => word)
  return found.length > 0 ? found.join('、') : '没有写入'
}

/** What is chosen now, to be sent back with one thing changed. */
export const choicesOf = (now: Comparison): Choices => ({
  is_on: now.is_on,
  semantics: now.classes.filter((one) => one.is_chosen).map((one) => one.number),
  accepted: now.left_out.filter((one) => one.is_accepted).map((one) => one.reason) as Choices['accepted'],
})
