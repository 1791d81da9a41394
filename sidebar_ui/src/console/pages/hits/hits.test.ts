import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'

import type { HitRecord, WordLine } from '@domain/hit'
import { visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const hit: HitRecord = {
  id: 31, at: '2026-11-20T02:00:00Z', times: 1, who: 'lin', who_name: '林晓', store_name: '上海南京路店', channel: 'sidebar', subject: 'customer:wm1', subject_name: '客户 王**',
  passage: '开业最低价', marked: { start: 2, end: 5 }, entry_id: 5, entry_text: '最低价', word: '最低价', category: 'advertising', category_name: '广告法', action: 'block', why: '普通匹配', outcome: 'blocked',
  confirmed_reason: null, sent_instead: null, lexicon_version: 3, review: null, review_note: null, reviewed_by: null, reviewed_at: null, case_id: null, objections: 2,
}
const line: WordLine = {
  entry_id: 5, word: '最低价', category: 'advertising', category_name: '广告法', action: 'block', hits: 10, reviewed: 1, false_alarms: 0, objections: 7, open_objections: 3, wrong: 7, rate: 70, last_at: '2026-11-20T02:00:00Z',
}
const EXPORT = {
  id: 9, what: 'hits', title: '命中记录', format: 'csv', purpose: '投诉调查', state: 'done', total: 3, done: 3, size: 2048, asked_at: '2026-11-20T02:00:00Z', finished_at: '2026-11-20T02:00:01Z', expires_at: '2026-11-23T02:00:01Z', error: null,
}
const candidate = { exception: '最低价保护', frees: 3, broken_examples: [], lost: 0, is_safe: true }
const proposal = { entry_id: 5, word: '最低价', open: 3, others: 0, candidates: [candidate], hindrance: null }

const PEOPLE = ([['lin', '林晓'], ['zhang', '张敏']] as const).map(([userid, name]) => ({
  userid, name, alias: '', position: '导购', avatar: '', stores: [{ id: 11, name: '上海南京路店' }], roles: ['guide'], granted_roles: [], serves_customers: true, is_active: true, left_at: null, synced_at: '2026-11-20T02:00:00Z',
}))
const words: URLSearchParams[] = []

function shop(...hits: HitRecord[]) {
  const asked: URLSearchParams[] = []
  words.length = 0
  server.use(
    http.get('/api/hits', ({ request }) => {
      asked.push(new URL(request.url).searchParams)
      return HttpResponse.json({ items: hits, total: hits.length })
    }),
    http.get('/api/lexicon/categories', () => HttpResponse.json({ items: [{ id: 'advertising', name: '广告法', entries: 1 }] })),
    http.get('/api/staff/stores', () => HttpResponse.json({ items: [{ id: 11, name: '上海南京路店', parent_id: null, guides: 3, is_store: true }] })),
    http.get('/api/hits/words', ({ request }) => {
      words.push(new URL(request.url).searchParams)
      return HttpResponse.json({ items: [line], total: 41 })
    }),
    http.get('/api/staff/members', ({ request }) => {
      const wanted = new URL(request.url).searchParams.get('q') ?? ''
      const found = PEOPLE.filter((one) => one.name.includes(wanted) || one.userid.includes(wanted))
      return HttpResponse.json({ items: found, total: found.length })
    }),
    http.get('/api/objections', () =>
      HttpResponse.json({
        items: [{ id: 7, at: '2026-11-20T02:00:00Z', entry_id: 5, word: '最低价', category_name: '广告法', passage: '有最低价保护', marked: { start: 1, end: 4 }, state: 'open', answer: null, answered_at: null, who: 'lin', who_name: '林晓', store_name: '上海南京路店', channel: 'sidebar', action: 'block', lexicon_version: 3, exception: null, answered_by: null }],
        total: 1,
      }),
    ),
    http.get('/api/objections/entries/5/proposal', () => HttpResponse.json(proposal)),
  )
  return asked
}

test('people and stores are picked by name; all filters stand in the address and are asked for', async () => {
  const asked = shop(hit)
  const { router, user } = await visitConsole('/hits?guide=lin&entry=5', ['compliance'])
  await screen.findByText('客户 王**')
  await user.selectOptions(screen.getByRole('combobox', { name: /级别/ }), 'block')
  await user.click(screen.getByRole('button', { name: '导购和门店' }))
  await user.click(screen.getByRole('button', { name: '选择导购' }))
  await user.type(screen.getByRole('searchbox', { name: '在导购里找' }), '张')
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: /林晓/ })).toBeNull())
  await user.click(await screen.findByRole('checkbox', { name: /张敏/ }))
  const stores = within(screen.getByRole('group', { name: /^门店/ }))
  await user.click(stores.getByRole('button', { name: '选择' }))
  await user.click(await stores.findByRole('checkbox', { name: '上海南京路店' }))
  await waitFor(() => expect(asked[asked.length - 1]!.getAll('guide')).toEqual(['lin', 'zhang']))
  await waitFor(() => expect(Object.fromEntries(asked[asked.length - 1]!)).toMatchObject({ entry_id: '5', store_id: '11', action: 'block' }))
  expect(router.currentRoute.value.query).toEqual({ guide: 'lin,zhang', entry: '5', store: '11', action: 'block' })
  expect(await screen.findByRole('button', { name: '去掉筛选 谁：林晓、张敏' })).toBeTruthy()
  expect(screen.getByRole('button', { name: '去掉筛选 门店：上海南京路店' })).toBeTruthy()
})

test('words are searched, sorted and turned by the page', async () => {
  shop(hit)
  const { user } = await visitConsole('/hits/words', ['compliance'])
  await screen.findByText('共 41 个词，第 1–20')
  expect(Object.fromEntries(words[words.length - 1]!)).toMatchObject({ sort: '-doubt', page: '1', page_size: '20', days: '30' })
  await user.click(screen.getByRole('button', { name: /^命中/ }))
  await waitFor(() => expect(words[words.length - 1]!.get('sort')).toBe('-hits'))
  await user.click(screen.getByRole('button', { name: '下一页' }))
  await waitFor(() => expect(words[words.length - 1]!.get('page')).toBe('2'))
  await user.type(screen.getByRole('searchbox', { name: '搜索：词' }), '最低')
  await waitFor(() => expect(Object.fromEntries(words[words.length - 1]!)).toMatchObject({ q: '最低', page: '1', sort: '-hits' }))
  await user.click(screen.getByRole('button', { name: '去掉筛选 排序：命中' }))
  await waitFor(() => expect(words[words.length - 1]!.get('sort')).toBe('-doubt'))
})

test('a list is taken away as it is filtered, for a purpose', async () => {
  shop(hit)
  const told: Record<string, unknown>[] = []
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  server.use(
    http.post('/api/exports', async ({ request }) => {
      told.push((await request.json()) as Record<string, unknown>)
      return HttpResponse.json({ ...EXPORT, state: 'done' }, { status: 201 })
    }),
  )
  const { user } = await visitConsole('/hits?guide=lin&action=block', ['compliance'])
  await user.click(await screen.findByRole('button', { name: '导出' }))
  const box = within(await screen.findByRole('dialog', { name: '导出' }))
  expect(box.getByRole('button', { name: '导出' })).toHaveProperty('disabled', true)
  await user.click(box.getByRole('radio', { name: /Excel/ }))
  await user.type(box.getByLabelText('用途'), '投诉调查')
  await user.click(box.getByRole('button', { name: '导出' }))
  await screen.findByText(/已导出 3 行/)
  expect(told).toMatchObject([{ what: 'hits', format: 'xlsx', purpose: '投诉调查', filters: { guide: ['lin'], action: 'block' } }])
  expect(clicked.mock.contexts.map((link) => (link as HTMLAnchorElement).pathname)).toEqual(['/api/exports/9/file'])
  clicked.mockRestore()
})

test('a long one is followed, can be called off, and waits to be taken', async () => {
  shop(hit)
  let one = { ...EXPORT, state: 'running', done: 500, total: 20_000 }
  server.use(
    http.post('/api/exports', () => HttpResponse.json(one, { status: 201 })),
    http.get('/api/exports', () => HttpResponse.json({ items: [one, { ...EXPORT, id: 8 }], total: 2 })),
    http.post('/api/exports/9/cancel', () => {
      one = { ...one, state: 'cancelled' }
      return HttpResponse.json(one)
    }),
  )
  const { user } = await visitConsole('/hits', ['compliance'])
  await user.click(await screen.findByRole('button', { name: '导出' }))
  const box = within(await screen.findByRole('dialog', { name: '导出' }))
  await user.type(box.getByLabelText('用途'), '投诉调查')
  await user.click(box.getByRole('button', { name: '导出' }))
  const list = within(await screen.findByRole('list', { name: '我的导出' }))
  expect(list.getByText(/500 行 \/ 20,000 行/)).toBeTruthy()
  expect(list.getByRole('link', { name: '下载' }).getAttribute('href')).toBe('/api/exports/8/file')
  await user.click(list.getByRole('button', { name: '取消 命中记录（CSV）' }))
  expect(await list.findByText('已取消')).toBeTruthy()
})

test('a case is opened from a hit with what belongs to it', async () => {
  shop(hit)
  const told: unknown[] = []
  server.use(
    http.post('/api/cases', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json({ id: 4, hits: 2 }, { status: 201 })
    }),
  )
  const { user } = await visitConsole('/hits?open=31', ['compliance'])
  await user.click(await screen.findByRole('button', { name: '建立案件' }))
  await user.click(screen.getByRole('radio', { name: '这个人当天的' }))
  await user.type(screen.getByLabelText('为什么要处理（可以不写）'), '客户投诉')
  await user.click(screen.getByRole('button', { name: '建立案件' }))
  expect(await screen.findByText('已建立案件 #4，关联 2 条命中')).toBeTruthy()
  expect(told).toEqual([{ hit_id: 31, gather: 'day', title: '', note: '客户投诉', assignee: null }])
})

test('a hit beyond the page that is shown opens from its address', async () => {
  shop()
  server.use(http.get('/api/hits/31', () => HttpResponse.json({ ...hit, case_id: 4 })))
  await visitConsole('/hits?open=31', ['compliance'])
  expect(await screen.findByRole('link', { name: '案件 #4' })).toBeTruthy()
  expect(screen.getByText('2 人觉得拦错了')).toBeTruthy()
})

test('a proposed exception goes into the draft with one press', async () => {
  shop(hit)
  const told: unknown[] = []
  server.use(
    http.post('/api/objections/entries/5/accept', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json({ answered: 3, still_hit: 0 })
    }),
  )
  const { user } = await visitConsole('/hits/words?open=5', ['compliance'])
  expect(await screen.findByText(/误伤反馈 7 次/)).toBeTruthy()
  const choices = within(await screen.findByRole('list', { name: '建议的允许语境' }))
  expect(choices.getByText(/3 条反馈不再命中，必须命中的例子都还命中/)).toBeTruthy()
  await user.click(choices.getByRole('button', { name: '把「最低价保护」加进草稿' }))
  expect(await screen.findByText(/已把允许语境「最低价保护」加进草稿，答复了 3 条反馈/)).toBeTruthy()
  expect(told).toEqual([{ exception: '最低价保护', note: '', in_spite_of: false }])
})

test('an exception that would lose right hits is only taken by who says so', async () => {
  shop(hit)
  const told: { in_spite_of: boolean }[] = []
  server.use(
    http.post('/api/objections/entries/5/accept', async ({ request }) => {
      told.push((await request.json()) as { in_spite_of: boolean })
      return told.length === 1 ? problem(409, 'would_lose_right_hits', '会放过 2 条复核为正确的命中。') : HttpResponse.json({ answered: 3, still_hit: 0 })
    }),
  )
  const { user } = await visitConsole('/hits/words?open=5', ['compliance'])
  await user.click(await screen.findByRole('button', { name: '把「最低价保护」加进草稿' }))
  await screen.findByText(/会放过 2 条复核为正确的命中/)
  await user.click(screen.getByRole('checkbox', { name: '我知道会放过这些命中，仍然要加' }))
  await user.click(screen.getByRole('button', { name: '把「最低价保护」加进草稿' }))
  await waitFor(() => expect(told.map((one) => one.in_spite_of)).toEqual([false, true]))
})

test('an answer why it stays is sent to all who asked', async () => {
  shop(hit)
  const told: unknown[] = []
  server.use(
    http.post('/api/objections/entries/5/decline', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json({ answered: 3, still_hit: 0 })
    }),
  )
  const { user } = await visitConsole('/hits/words?open=5', ['compliance'])
  await user.type(await screen.findByLabelText('不改的话，写明为什么（导购会看到）'), '没有依据')
  await user.click(screen.getByRole('button', { name: '不改，答复全部' }))
  expect(await screen.findByText('已答复 3 条反馈，导购会收到消息')).toBeTruthy()
  expect(told).toEqual([{ answer: '没有依据', objection_ids: null }])
})
