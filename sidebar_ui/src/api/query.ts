import { QueryClient } from '@tanstack/vue-query'

import { asProblem } from './problem'

/** Lists that change by an operator's hand only: tags, folders, categories. */
export const REFERENCE = 10 * 60_000

export function makeQueryClient(options: { refetchOnWindowFocus: boolean }): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Web views lie about being online: try, then say so.
        networkMode: 'always',
        refetchOnReconnect: true,
        refetchOnWindowFocus: options.refetchOnWindowFocus,
        staleTime: 30_000,
        retry: (failures, error) => failures < 1 && asProblem(error).isPassing,
        retryDelay: 800,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
