import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type Export = AnswerOf<'/api/exports', 'get'>['items'][number]
export type Wish = BodyOf<'/api/exports', 'post'>
/** Which list, as it is filtered; what for and how is asked when it is made. */
export type ExportOf = Pick<Wish, 'what'> & { filters: NonNullable<Wish['filters']> }

const KEY = ['exports'] as const
/** While one is being made, look again this often. */
const RUNNING_EVERY = 1_000
const LATEST = 20

export const EXPORT_STATES: Readonly<Record<Export['state'], string>> = { running: '正在生成', done: '可以下载', failed: '没有成功', cancelled: '已取消', expired: '已过保存期' }

/** One's own, newest first. */
export function useExports() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answer(api.GET('/api/exports', { params: { query: { page_size: LATEST } }, signal })),
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.state === 'running') ? RUNNING_EVERY : false),
    staleTime: 0,
  })
}

export function useExportActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: KEY })
  return {
    ask: useMutation({ mutationFn: (body: Wish) => answer(api.POST('/api/exports', { body })), onSuccess }),
    cancel: useMutation({ mutationFn: (id: number) => answer(api.POST('/api/exports/{export_id}/cancel', { params: { path: { export_id: id } } })), onSuccess }),
  }
}

/** Where the browser itself fetches the file: a large one never passes through the page. */
export const addressOf = (id: number) => `/api/exports/${id}/file`
