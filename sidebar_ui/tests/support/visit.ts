import { VueQueryPlugin } from '@tanstack/vue-query'
import { render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'

import { enterWeCom, type Bridge } from './bridge'
import { server } from './server'
import { CLAIM, li, SIZE, verdict, wangJie, WASH } from './shop'

interface Sent {
  press_id: string
  parts: { text: string }[]
  blanks: Record<string, string>
  confirmed_reason: string | null
}

/** What the page told the server. */
export interface Told {
  sends: Sent[]
  outcomes: { part: number; outcome: string; raw: string | null }[]
  edits: unknown[]
  tagging: { add: string[]; remove: string[] }[]
}

const signed = { timestamp: 1, nonce_str: 'n', signature: 's' }

export const problem = (status: number, code: string, message: string, details: object = {}) =>
  HttpResponse.json({ code, message, details, request_id: '7F3A21BC' }, { status })

function answers(told: Told) {
  const scripts = [WASH, SIZE, CLAIM]
  let tagIds = wangJie.my_follow!.tag_ids
  return [
    http.get('/api/sidebar/js-sdk', () => HttpResponse.json({ corp_id: 'ww1', agent_id: '1000002', config: signed, agent_config: signed })),
    http.get('/api/sidebar/customers/:id', ({ params }) =>
      HttpResponse.json(params.id === 'wmLi' ? li : { ...wangJie, my_follow: { ...wangJie.my_follow!, tag_ids: tagIds } }),
    ),
    http.get('/api/sidebar/customers/:id/timeline', () => HttpResponse.json({ items: [], next: null })),
    http.get('/api/scripts', ({ request }) => {
      const wanted = new URL(request.url).searchParams.get('q') ?? ''
      const items = scripts.filter((one) => one.title.includes(wanted))
      return HttpResponse.json({ items, total: items.length, next: null })
    }),
    http.get('/api/scripts/folders', () => HttpResponse.json({ folders: [{ id: 1, name: '售后', parent_id: null, position: 0, count: 3 }] })),
    http.get('/api/tags', () =>
      HttpResponse.json({
        groups: [
          { id: 'g-taste', name: '购买偏好', order: 0, tags: [{ id: 't-commute', name: '通勤', order: 0, maintainer: 'guide' }, { id: 't-sport', name: '运动', order: 1, maintainer: 'guide' }] },
          { id: 'g-level', name: '会员等级', order: 1, tags: [{ id: 't-gold', name: '金卡', order: 0, maintainer: 'system' }] },
        ],
      }),
    ),
    http.post('/api/customers/:id/tags', async ({ request }) => {
      const change = (await request.json()) as Told['tagging'][number]
      told.tagging.push(change)
      tagIds = [...tagIds.filter((id) => !change.remove.includes(id)), ...change.add]
      return HttpResponse.json({ tag_ids: tagIds, write_state: 'pending', change_ids: [1] })
    }),
    http.patch('/api/customers/:id/follow', async ({ request }) => {
      told.edits.push(await request.json())
      return HttpResponse.json({ my_follow: { ...wangJie.my_follow!, write_state: 'pending' } })
    }),
    http.post('/api/checks', async ({ request }) => HttpResponse.json(verdict(((await request.json()) as { text: string }).text))),
    http.post('/api/outbound/sidebar-sends', async ({ request }) => {
      const body = (await request.json()) as Sent
      told.sends.push(body)
      const parts = body.parts.map((part, index) => ({ index, type: 'text', text: part.text, state: 'checked' }))
      return HttpResponse.json({ id: `intent-${told.sends.length}`, state: 'checked', parts, check: verdict('') }, { status: 201 })
    }),
    http.post('/api/outbound/sidebar-sends/:id/outcome', async ({ request, params }) => {
      told.outcomes.push((await request.json()) as Told['outcomes'][number])
      return HttpResponse.json({ id: params.id, state: 'handed', parts: [], check: verdict('') })
    }),
  ]
}

export interface Visit {
  bridge: Bridge
  told: Told
  user: ReturnType<typeof userEvent.setup>
  /** The line that says what became of the last press. */
  strip: () => string
}

/** Opens the sidebar beside a chat, as a guide would, at one of its paths. */
export async function visit(path = '/', prepare: (bridge: Bridge) => void = () => undefined): Promise<Visit> {
  const told: Told = { sends: [], outcomes: [], edits: [], tagging: [] }
  server.use(...answers(told))
  const bridge = enterWeCom()
  prepare(bridge)
  location.hash = `#${path}`
  const [{ default: App }, { makeRouter }, { makeQueryClient }] = await Promise.all([
    import('@sidebar/App.vue'),
    import('@sidebar/routes'),
    import('@api/query'),
  ])
  const router = makeRouter()
  render(App, { global: { plugins: [router, [VueQueryPlugin, { queryClient: makeQueryClient({ refetchOnWindowFocus: false }) }]] } })
  const user = userEvent.setup({ writeToClipboard: false })
  return { bridge, told, user, strip: () => screen.getAllByRole('status').map((one) => one.textContent ?? '').join('\n') }
}
