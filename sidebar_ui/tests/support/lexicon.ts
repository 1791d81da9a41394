import { http, HttpResponse } from 'msw'

import type { Entry, Proposal, Replay } from '@domain/lexicon'
import type { Role, Store } from '@domain/staff'

import { visitConsole } from './console'
import { server } from './server'

/** An entry that was drafted and never published. */
export function draftedEntry(more: Partial<Entry> = {}): Entry {
  return {
    id: 1, text: '跳楼价', category: 'advertising', category_name: '广告法', action: 'block', mode: 'segment', exceptions: [], phrases: [], counter_exceptions: [],
    near: [], far_action: 'pass', negation: false, aliases: [], disguises: {}, suggestion: null, reason: '', source: '', must_hit: [], must_not_hit: [],
    valid_from: null, valid_until: null, scope: {}, scope_words: '', kind: 'word', author: 'he', author_name: '何静', owner: 'he', owner_name: '何静', expiry: 'none',
    not_urgent: null, status: 'draft_new', hits_30_days: 0, updated_at: '2026-11-22T02:00:00Z', published: null, draft_why: '', problems: [],
    ...more,
  }
}

/** A submission of one change: 「最低价」 becomes milder. */
export function proposal(more: Partial<Proposal> = {}): Proposal {
  return {
    id: 5, kind: 'review', state: 'submitted', state_name: '待审批', base_version: 37, version: null, content_hash: 'b'.repeat(64), note: '放宽',
    changes: [
      {
        entry_id: 2, kind: 'changed', text: '最低价', category_name: '广告法', why: '',
        changes: [
          { field: 'action', name: '级别', before: '阻断', after: '警告' },
          { field: 'exceptions', name: '允许语境', before: '（无）', after: '最低价保护' },
        ],
      },
    ],
    change_count: 1, deciders: [{ userid: 'boss', name: '陈思远' }], written_by: [{ userid: 'he', name: '何静' }], impact: null, submitted_by: { userid: 'he', name: '何静' }, submitted_at: '2026-11-22T02:00:00Z',
    decided_by: null, decided_at: null, comment: '', can: [], why_not: {},
    ...more,
  }
}

/** A finished replay of the draft as it is. */
export function replay(more: Partial<Replay> = {}): Replay {
  return {
    id: 9, state: 'done', is_current: true, base_version: 37, changes: 1, started_by_name: '何静', started_at: '2026-11-22T02:00:00Z',
    finished_at: '2026-11-22T02:00:03Z', total: 200, done: 200, live: 80, texts: 120, new_hits: 3, lost_hits: 0, changed_hits: 0, blocked: 0, error: null,
    ...more,
  }
}

interface Shop {
  changes?: number
  items?: Entry[]
  total?: number
  waiting?: Proposal | null
  turnedDown?: Proposal | null
  replay?: Replay | null
  roles?: Role[]
  stores?: Store[]
}

/** A shop whose word list stands like this. What a test adds afterwards answers first. */
export function wordList({ changes = 0, items = [draftedEntry()], total, waiting = null, turnedDown = null, replay: latest = replay(), roles = ['compliance'], stores = [] }: Shop): { visit: () => ReturnType<typeof visitConsole> } {
  server.use(
    http.get('/api/lexicon', () => HttpResponse.json({ items, total: total ?? items.length, version: 37, published_at: '2026-11-22T02:00:00Z', published_by: '陈思远', draft_changes: changes })),
    http.get('/api/lexicon/categories', () => HttpResponse.json({ items: [{ id: 'advertising', name: '广告法', entries: items.length }] })),
    http.get('/api/lexicon/review', () => HttpResponse.json({ waiting, turned_down: turnedDown, unconfirmed: [] })),
    http.get('/api/lexicon/owners', () => HttpResponse.json({ items: [{ userid: 'he', name: '何静' }] })),
    http.get('/api/staff/stores', () => HttpResponse.json({ items: stores })),
    http.get('/api/objections/counts', () => HttpResponse.json({ items: [] })),
    http.get('/api/lexicon/replays/latest', () => HttpResponse.json({ replay: latest })),
    http.get('/api/lexicon/replays/9/findings', () => HttpResponse.json({ items: [], total: 0 })),
  )
  return { visit: () => visitConsole('/lexicon', roles) }
}
