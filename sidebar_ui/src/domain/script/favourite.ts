import { useMutation, useQueryClient, type InfiniteData } from '@tanstack/vue-query'

import { api, done, type AnswerOf } from '@api/client'

import { scriptKeys } from './keys'

type Page = AnswerOf<'/api/scripts', 'get'>

/** Marks a script as one's own favourite, or not; every list shows it at once. */
export function useFavourite() {
  const cache = useQueryClient()

  function show(id: number, isFavourite: boolean) {
    cache.setQueriesData<InfiniteData<Page>>({ queryKey: ['scripts', 'list'] }, (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((one) => (one.id === id ? { ...one, is_favourite: isFavourite } : one)),
        })),
      },
    )
  }

  return useMutation({
    mutationFn: ({ id, isFavourite }: { id: number; isFavourite: boolean }) => {
      const params = { params: { path: { script_id: id } } }
      return done(isFavourite ? api.PUT('/api/scripts/{script_id}/favourite', params) : api.DELETE('/api/scripts/{script_id}/favourite', params))
    },
    onMutate: ({ id, isFavourite }) => show(id, isFavourite),
    onError: (_problem, { id, isFavourite }) => show(id, !isFavourite),
    // The lists themselves are left alone: a row must not jump away under the finger that pressed it.
    onSuccess: () => cache.invalidateQueries({ queryKey: scriptKeys.all, refetchType: 'none' }),
  })
}
