import { VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'

import type { AnswerOf } from '@api/client'
import type { Role } from '@domain/staff'

import { server } from './server'
import { verdict } from './shop'

type MassMessage = AnswerOf<'/api/mass-messages/{mass_message_id}', 'get'>

const CAN = { edit: false, delete: false, submit: false, approve: false, reject: false, cancel: false, remind: false, decide: false }

export function massMessage(more: Partial<Omit<MassMessage, 'can'>> & { can?: Partial<MassMessage['can']> } = {}): MassMessage {
  return {
    id: 7,
    title: '冬季新品邀约',
    state: 'draft',
    state_name: '草稿',
    created_by: { userid: 'yun', name: '周云' },
    created_at: '2026-11-22T02:00:00Z',
    updated_at: '2026-11-22T02:00:00Z',
    send_at: null,
    counts: {
      recipients: 0, senders: 0, confirmed: 0,
      parts: { created: 0, refused: 0, unknown: 0, waiting: 0, cancelled: 0 },
      recipients_by_state: { unsent: 0, sent: 0, not_friend: 0, over_cap: 0, refused: 0, cancelled: 0 },
    },
    text: '周六到了新外套，给您留一件试试？',
    audience: { store_ids: [], tag_ids_all: [], tag_ids_any: [], without_tag_ids: [], added_after: null, added_before: null },
    content_hash: 'a'.repeat(64),
    approval: null,
    check: verdict(''),
    confirmed_reason: null,
    left_out: [],
    notice: null,
    why_not: {},
    ...more,
    can: { ...CAN, ...more.can },
  }
}

/** Opens the console at one of its paths as somebody with these roles. */
export async function visitConsole(path: string, roles: Role[]) {
  server.use(
    http.get('/api/me', () =>
      HttpResponse.json({ member_id: 1, userid: 'yun', name: '周云', avatar: '', roles: ['guide', ...roles], stores: [], sees_all_stores: true, corp_id: 'ww1', agent_id: '1', pages: ['sidebar', 'console'] }),
    ),
    http.get('/api/operations/send-switch', () => HttpResponse.json({ paused: false, reason: '', changed_by: null, changed_at: null })),
    http.post('/api/checks', async ({ request }) => HttpResponse.json(verdict(((await request.json()) as { text: string }).text))),
    http.post('/api/mass-messages/audience-preview', () =>
      HttpResponse.json({ matching: 12, recipients: 10, senders: 2, left_out: [{ reason: 'not_friend', label: '已不是好友', count: 2 }], sample: [], by_sender: [], computed_at: '2026-11-22T02:00:00Z' }),
    ),
  )
  history.replaceState({}, '', `/console${path}`)
  const [{ default: App }, { makeRouter }, { makeQueryClient }] = await Promise.all([import('@console/App.vue'), import('@console/routes'), import('@api/query')])
  const router = makeRouter()
  render(App, { global: { plugins: [router, [VueQueryPlugin, { queryClient: makeQueryClient({ refetchOnWindowFocus: false }) }]] } })
  return { router, user: userEvent.setup() }
}
