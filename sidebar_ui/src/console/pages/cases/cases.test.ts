import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import type { Case } from '@domain/case'
import { visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const one: Case = {
  id: 4, title: '反复被拦：最低价', state: 'open', who: 'lin', who_name: '林晓', store_name: '上海南京路店', opened_by: 'system', opened_by_name: '系统', opened_at: '2026-11-20T02:00:00Z', assignee: null, assignee_name: null,
  conclusion: null, changed_at: '2026-11-20T02:00:00Z', closed_at: null, hits: 0, linked: [],
  notes: [{ id: 1, at: '2026-11-20T02:00:00Z', author: 'system', author_name: '系统', kind: 'opened', text: '24 小时内被拦下 5 次，自动建立案件' }],
}

function desk(now: Case = one) {
  const told: Record<string, unknown>[] = []
  const asked: URLSearchParams[] = []
  server.use(
    http.get('/api/cases', ({ request }) => {
      asked.push(new URL(request.url).searchParams)
      return HttpResponse.json({ items: [now], total: 1 })
    }),
    http.get('/api/cases/assignees', () => HttpResponse.json({ items: [{ userid: 'he', name: '何静' }] })),
    http.get('/api/cases/4', () => HttpResponse.json(now)),
    http.post('/api/cases/4/notes', async ({ request }) => {
      told.push((await request.json()) as Record<string, unknown>)
      return HttpResponse.json(now)
    }),
    http.post('/api/cases/4/state', async ({ request }) => {
      told.push((await request.json()) as Record<string, unknown>)
      return HttpResponse.json({ ...now, state: 'reviewed', conclusion: 'training' })
    }),
    http.put('/api/cases/4/assignee', async ({ request }) => {
      told.push((await request.json()) as Record<string, unknown>)
      return HttpResponse.json({ ...now, assignee: 'he', assignee_name: '何静' })
    }),
  )
  return { told, asked }
}

test('the list begins with what is not closed, and says so', async () => {
  const { asked } = desk()
  const { router, user } = await visitConsole('/cases', ['compliance'])
  expect(await screen.findByRole('button', { name: '#4 反复被拦：最低价' })).toBeTruthy()
  expect(asked[0]!.get('state')).toBe('unfinished')
  await user.click(screen.getByRole('button', { name: '去掉筛选 状态：没结案的' }))
  await waitFor(() => expect(asked[asked.length - 1]!.get('state')).toBeNull())
  await user.click(await screen.findByRole('button', { name: '#4 反复被拦：最低价' }))
  expect(router.currentRoute.value.query.open).toBe('4')
})

test('a case is assigned, noted and reviewed with a conclusion', async () => {
  const { told } = desk()
  const { user } = await visitConsole('/cases?open=4', ['compliance'])
  const drawer = within(await screen.findByRole('dialog', { name: '案件 #4' }))
  expect(await drawer.findByText('24 小时内被拦下 5 次，自动建立案件')).toBeTruthy()
  const done = drawer.getByRole('button', { name: '复核完成' })
  expect(done).toHaveProperty('disabled', true)

  await user.selectOptions(drawer.getByRole('combobox', { name: /处理人/ }), 'he')
  await user.type(drawer.getByLabelText('写一条记录（记下后不能改）'), '已谈话')
  await user.click(drawer.getByRole('button', { name: '记下' }))
  await waitFor(() => expect(told).toHaveLength(2))
  await user.click(drawer.getByRole('radio', { name: '需要培训' }))
  await user.click(done)

  expect(await drawer.findByRole('button', { name: '结案' })).toBeTruthy()
  expect(told).toMatchObject([{ assignee: 'he' }, { text: '已谈话' }, { to: 'reviewed', expected: 'open', conclusion: 'training' }])
})

test('a note that did not arrive keeps its words and its id', async () => {
  const { told } = desk()
  server.use(
    http.post('/api/cases/4/notes', async ({ request }) => {
      told.push((await request.json()) as Record<string, unknown>)
      return problem(503, 'database_away', '数据库暂时没有回应，请稍后再试。')
    }, { once: true }),
  )
  const { user } = await visitConsole('/cases?open=4', ['compliance'])
  const box = await screen.findByLabelText('写一条记录（记下后不能改）')
  await user.type(box, '已谈话')
  await user.click(screen.getByRole('button', { name: '记下' }))
  await screen.findByText(/数据库暂时没有回应/)
  expect(box).toHaveProperty('value', '已谈话')
  await user.click(screen.getByRole('button', { name: '记下' }))
  await waitFor(() => expect(told).toHaveLength(2))
  expect(told[0]!.press_id).toBe(told[1]!.press_id)
})

test('who was slower is told, and nothing is overwritten', async () => {
  desk()
  server.use(http.post('/api/cases/4/state', () => problem(409, 'changed_meanwhile', '案件刚刚变成了「已结案」，请看过再操作。')))
  const { user } = await visitConsole('/cases?open=4', ['compliance'])
  await user.click(await screen.findByRole('radio', { name: '误伤' }))
  await user.click(screen.getByRole('button', { name: '复核完成' }))
  await screen.findByText(/请看过再操作/)
})

test('rules and reminders are chosen in one drawer', async () => {
  desk()
  const told: unknown[] = []
  const rules = { entry_times: 5, category_times: 8, keep_days: 180, changed_by: null, changed_at: null }
  const nobody = { userid: 'he', name: '何静', is_chosen: false, wants_digest: false, digest_hour: 9, categories: [], actions: [], last_told: null, last_told_at: null }
  server.use(
    http.get('/api/desk/rules', () => HttpResponse.json(rules)),
    http.get('/api/desk/subscriptions', () => HttpResponse.json({ items: [nobody] })),
    http.get('/api/lexicon/categories', () => HttpResponse.json({ items: [{ id: 'advertising', name: '广告法', entries: 1 }] })),
    http.put('/api/desk/rules', async ({ request }) => {
      const body = (await request.json()) as object
      told.push(body)
      return HttpResponse.json({ ...rules, ...body, changed_by: 'he', changed_at: '2026-11-20T02:00:00Z' })
    }),
    http.put('/api/desk/subscriptions/he', async ({ request }) => {
      const body = (await request.json()) as object
      told.push(body)
      return HttpResponse.json({ items: [{ ...nobody, ...body, is_chosen: true }] })
    }),
  )
  const { user } = await visitConsole('/cases?desk=1', ['compliance'])
  const times = await screen.findByLabelText('同一个人 24 小时内被同一个词拦下几次，自动建案')
  await user.clear(times)
  await user.type(times, '3')
  await user.click(screen.getAllByRole('button', { name: '保存' })[0]!)
  await waitFor(() => expect(told[0]).toEqual({ entry_times: 3, category_times: 8, keep_days: 180 }))

  const form = within(screen.getByRole('form', { name: '何静 的提醒' }))
  await user.click(form.getByRole('checkbox', { name: '每天一次，汇总前一天' }))
  await user.click(form.getByRole('checkbox', { name: '阻断' }))
  await user.click(form.getByRole('button', { name: '保存' }))
  await waitFor(() => expect(told[1]).toMatchObject({ wants_digest: true, digest_hour: 9, actions: ['block'] }))
})
