import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

import { lexiconKeys } from './keys'

export type ReviewState = AnswerOf<'/api/lexicon/review', 'get'>
export type Proposal = NonNullable<ReviewState['waiting']>
export type EntryChange = Proposal['changes'][number]
export type SubmitBody = BodyOf<'/api/lexicon/proposals', 'post'>

/** Somebody else decides while the page is open. */
const LOOK_AGAIN = 30_000

/** What waits for a second person, what came back, and what went out in an emergency. */
export function useReview() {
  return useQuery({
    queryKey: lexiconKeys.review,
    queryFn: ({ signal }) => answer(api.GET('/api/lexicon/review', { signal })),
    refetchInterval: LOOK_AGAIN,
  })
}

/** How one list differs from another. `published`, `draft`, or a version's number. */
export function useDiff(older: MaybeRefOrGetter<string>, newer: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => lexiconKeys.diff(toValue(older), toValue(newer))),
    queryFn: ({ signal }) => answer(api.GET('/api/lexicon/diff', { params: { query: { from: toValue(older), to: toValue(newer) } }, signal })),
  })
}

const at = (id: number) => ({ path: { proposal_id: id } })

/** From the draft to the published list. Nothing here is shown as done before the server says so. */
export function useReviewActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: lexiconKeys.all })
  return {
    submit: useMutation({ mutationFn: (body: SubmitBody) => answer(api.POST('/api/lexicon/proposals', { body })), onSuccess }),
    approve: useMutation({
      mutationFn: ({ id, content_hash, comment }: { id: number; content_hash: string; comment: string }) => answer(api.POST('/api/lexicon/proposals/{proposal_id}/approve', { params: at(id), body: { comment, content_hash } })),
      onSuccess,
      onError: onSuccess,
    }),
    reject: useMutation({
      mutationFn: ({ id, comment }: { id: number; comment: string }) => answer(api.POST('/api/lexicon/proposals/{proposal_id}/reject', { params: at(id), body: { comment } })),
      onSuccess,
    }),
    withdraw: useMutation({ mutationFn: (id: number) => answer(api.POST('/api/lexicon/proposals/{proposal_id}/withdraw', { params: at(id) })), onSuccess }),
    confirm: useMutation({
      mutationFn: ({ id, comment }: { id: number; comment: string }) => answer(api.POST('/api/lexicon/proposals/{proposal_id}/confirm', { params: at(id), body: { comment } })),
      onSuccess,
    }),
    urgent: useMutation({
      mutationFn: (body: BodyOf<'/api/lexicon/urgent', 'post'>) => answer(api.POST('/api/lexicon/urgent', { body })),
      onSuccess,
    }),
  }
}
