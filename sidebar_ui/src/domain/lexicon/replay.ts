import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { answer, api, type AnswerOf } from '@api/client'

import { lexiconKeys } from './keys'

export type Replay = NonNullable<AnswerOf<'/api/lexicon/replays/latest', 'get'>['replay']>
export type Finding = AnswerOf<'/api/lexicon/replays/{replay_id}/findings', 'get'>['items'][number]

export interface FindingFilter {
  difference: '' | Finding['difference']
  is_live: boolean
  page: number
}

/** While a replay is going on, look again this often. */
const RUNNING_EVERY = 1_000
const PAGE_SIZE = 20

/** What the draft would do to every text there is: the newest run, whoever started it. */
export function useReplay() {
  return useQuery({
    queryKey: lexiconKeys.replay,
    queryFn: ({ signal }) => answer(api.GET('/api/lexicon/replays/latest', { signal })),
    refetchInterval: (query) => (query.state.data?.replay?.state === 'running' ? RUNNING_EVERY : false),
    staleTime: 0,
  })
}

export function useFindings(id: MaybeRefOrGetter<number>, filter: MaybeRefOrGetter<FindingFilter>) {
  return useQuery({
    queryKey: computed(() => lexiconKeys.findings(toValue(id), toValue(filter))),
    queryFn: ({ signal }) => {
      const { difference, is_live, page } = toValue(filter)
      const query = { page, page_size: PAGE_SIZE, is_live, ...(difference && { difference }) }
      return answer(api.GET('/api/lexicon/replays/{replay_id}/findings', { params: { path: { replay_id: toValue(id) }, query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
}

export function useReplayActs() {
  const cache = useQueryClient()
  const onSuccess = () => cache.invalidateQueries({ queryKey: lexiconKeys.replay })
  return {
    start: useMutation({ mutationFn: () => answer(api.POST('/api/lexicon/replays')), onSuccess }),
    cancel: useMutation({ mutationFn: (id: number) => answer(api.POST('/api/lexicon/replays/{replay_id}/cancel', { params: { path: { replay_id: id } } })), onSuccess }),
  }
}

/** Where a content in use can be changed; null where the console has no page for it. */
export function placeOf({ subject, title }: Pick<Finding, 'subject' | 'title'>): string | null {
  const [kind, id] = subject.split(':')
  if (kind === 'script') return `/scripts?q=${encodeURIComponent(title.replace(/^话术「|」$/g, ''))}&open=${id}`
  if (kind === 'mass_message') return `/mass/${id}/text`
  if (kind === 'welcome' || kind === 'contact_code') return '/codes'
  if (kind === 'tag') return '/tags'
  return null
}
