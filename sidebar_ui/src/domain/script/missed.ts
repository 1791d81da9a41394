import { useMutation } from '@tanstack/vue-query'

import { api, done } from '@api/client'

/** Tells head office that a script for this search is missing. */
export function useMissed() {
  return useMutation({
    mutationFn: (query: string) => done(api.POST('/api/scripts/missed', { body: { query } })),
  })
}
