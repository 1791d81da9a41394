import type { Ref } from 'vue'

/** What AsyncView needs of a query; vue-query's answers fit. */
export interface QueryLike<T> {
  data: Readonly<Ref<T | undefined>>
  error: Readonly<Ref<Error | null>>
  isPending: Readonly<Ref<boolean>>
  dataUpdatedAt: Readonly<Ref<number>>
  refetch: () => Promise<unknown>
}

/** A problem as screens read it; the API's problems fit. */
export interface ProblemLike extends Error {
  code: string
  details: Readonly<Record<string, unknown>>
  shortId: string | null
}

export function problemLike(error: Error | null): ProblemLike | null {
  if (error === null) return null
  if ('code' in error && 'details' in error) return error as ProblemLike
  return Object.assign(new Error('这一块出错了，可先用其他功能。'), {
    code: 'page_error',
    details: {},
    shortId: null,
  })
}
