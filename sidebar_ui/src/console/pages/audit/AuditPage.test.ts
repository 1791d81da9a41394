import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'

import type { AuditCheck, AuditVerification } from '@domain/audit'
import { visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const ENTRY = { number: 12, at: '2026-11-22T02:00:00Z', actor: 'lin', actor_name: '林晓', action: 'customer.phone_revealed', title: '查看完整手机号', subject: 'customer:wm1', details: { reason: 'contact' } }
const ANCHOR = { at: '2026-11-22T02:07:00Z', number: 10, hash: 'b'.repeat(64), place: 'desk:/var/lib/guidedesk/audit-anchors.jsonl' }

function checked(more: Partial<AuditCheck> = {}): AuditCheck {
  return {
    id: 1, state: 'done', started_by_name: '系统（每夜自动）', started_at: '2026-11-22T01:00:00Z', finished_at: '2026-11-22T01:00:05Z', done: 12, total: 12, entries: 12,
    is_whole: true, problems: [], problem_count: 0, anchors: 3, head_number: 12, head_hash: 'a'.repeat(64), ...more,
  }
}

function shows(verification: Partial<AuditVerification>) {
  server.use(
    http.get('/api/audit', () => HttpResponse.json({ items: [ENTRY], total: 1 })),
    http.get('/api/audit/verification', () => HttpResponse.json({ check: checked(), anchor: ANCHOR, head_number: 12, ...verification })),
  )
}

const chain = () => screen.findByRole('region', { name: '记录是否完整' })

test('a whole log says so, with what it was compared to and what came since', async () => {
  shows({})
  await visitConsole('/audit', ['compliance'])

  const card = await chain()
  expect(await within(card).findByText('完整，没有被改动')).toBeTruthy()
  expect(card.textContent).toContain('与 3 次库外留存一致')
  expect(card.textContent).toContain('到第 10 条，之后又有 2 条')
})

test('what is wrong is named with its place, and what to do', async () => {
  const problems = [{ kind: 'changed', first: 4, last: 4, what: '第 4 条的内容与校验值不符：写入之后被改过' }]
  shows({ check: checked({ is_whole: false, problems, problem_count: 1 }) })
  await visitConsole('/audit', ['admin'])

  const card = await chain()
  expect(await within(card).findByText('发现 1 处不对')).toBeTruthy()
  expect(within(card).getByText(/第 4 条的内容与校验值不符/)).toBeTruthy()
  expect(within(card).getByText(/保留现场/)).toBeTruthy()
})

test('without anything kept outside the page says what that means', async () => {
  shows({ anchor: null, check: null })
  await visitConsole('/audit', ['compliance'])

  const card = await chain()
  expect(await within(card).findByText('还没有检查过')).toBeTruthy()
  expect(within(card).getByText(/结尾被截掉是看不出来的/)).toBeTruthy()
})

test('a check that is asked for shows how far it is, then what it found', async () => {
  let asked = 0
  shows({ check: null })
  server.use(
    http.post('/api/audit/verification', () => HttpResponse.json(checked({ state: 'running', done: 0 }), { status: 202 })),
    http.get('/api/audit/verification', () => {
      asked += 1
      const check = asked === 1 ? null : asked === 2 ? checked({ state: 'running', done: 6, finished_at: null, is_whole: false }) : checked()
      return HttpResponse.json({ check, anchor: ANCHOR, head_number: 12 })
    }),
  )
  const { user } = await visitConsole('/audit', ['compliance'])

  const card = await chain()
  await user.click(await within(card).findByRole('button', { name: '现在检查' }))
  expect(await within(card).findByRole('progressbar', { name: '已检查 6 / 12 条' })).toBeTruthy()
  expect(await within(card).findByText('完整，没有被改动', {}, { timeout: 4000 })).toBeTruthy()
})

test('compliance takes an entry away as evidence, and says what for', async () => {
  shows({})
  const posted = vi.fn()
  server.use(
    http.post('/api/evidence/packs', async ({ request }) => {
      posted(await request.json())
      return problem(409, 'busy', '现在做不了')
    }),
  )
  const { user } = await visitConsole('/audit?open=12', ['compliance'])

  await user.click(await screen.findByRole('button', { name: '导出证据包' }))
  const act = within(await screen.findByRole('dialog', { name: '导出证据包' })).getByRole('button', { name: '导出' })
  expect((act as HTMLButtonElement).disabled).toBe(true)
  await user.type(screen.getByLabelText('用途'), '投诉调查')
  await user.click(act)
  await waitFor(() => expect(posted).toHaveBeenCalledWith({ about: 'audit', id: 12, reason: '投诉调查' }))
  expect(await screen.findByText(/现在做不了/)).toBeTruthy()
  expect((screen.getByLabelText('用途') as HTMLInputElement).value).toBe('投诉调查')
})

test('the days of one person are an incident, too', async () => {
  shows({})
  await visitConsole('/audit?actor=lin&from=2026-11-01&to=2026-11-22', ['compliance'])
  expect(await screen.findByRole('button', { name: '导出这个人这段时间的证据包' })).toBeTruthy()
})

test('an administrator reads entries but takes no evidence away', async () => {
  shows({})
  await visitConsole('/audit?open=12', ['admin'])

  expect(await screen.findByText('第 12 条：查看完整手机号')).toBeTruthy()
  expect(screen.queryByRole('button', { name: '导出证据包' })).toBeNull()
})
