import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { runWords, stepWords, type Comparison } from '@domain/interception'
import { visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const FINGERPRINT = 'f'.repeat(64)
const RUN = { id: 1, act: 'look', act_name: '核对', state: 'done', started_by_name: '何静', started_at: '2026-11-22T02:00:00Z', finished_at: '2026-11-22T02:00:01Z', lexicon_version: 3, created: 0, updated: 0, deleted: 0, refused: 0, error: null } as const

function comparison(more: Partial<Comparison> = {}): Comparison {
  return {
    is_on: false,
    changed_by_name: '',
    changed_at: null,
    lexicon_version: 3,
    carried_version: null,
    looked_at: '2026-11-22T02:00:00Z',
    is_running: false,
    runs: [RUN],
    quota: { most_rules: 100, most_words: 300, ours: 1, others: 1, wanted: 2, wanted_words: 412 },
    counts: { only_ours: 2, only_wecom: 0, different: 1 },
    fingerprint: FINGERPRINT,
    steps: [
      { act: 'create', name: '导购台·广告法（新规则）', kind_name: '警告并拦截', range_name: '全部成员', added: 40, removed: 0, added_words: ['全网最低价', '史上最低价'], removed_words: [], changes: [] },
      { act: 'update', name: '导购台·不文明·拦2', kind_name: '警告并拦截', range_name: '全部成员', added: 0, removed: 1, added_words: [], removed_words: ['别家'], changes: ['做法'] },
    ],
    rules: [{ name: '导购台·不文明·拦2', state: 'live', kind_name: '仅警告', range_name: '全部成员', words: 12, semantics: ['手机号'], is_as_wanted: false, is_changed_by_hand: true }],
    others: [{ name: '店长手工建的', kind_name: '警告并拦截', words: 2, looks_ours: false }],
    left_out: [
      { reason: 'negation', name: '否定时不算', why: '否定句会误拦。', count: 5, is_acceptable: true, is_accepted: true },
      { reason: 'refused', name: '企业微信不接受', why: '企业微信拒绝了这个词。', count: 1, is_acceptable: false, is_accepted: false },
    ],
    classes: [
      { number: 1, name: '手机号', is_chosen: false, is_from_list: true },
      { number: 2, name: '邮箱地址', is_chosen: true, is_from_list: false },
      { number: 3, name: '红包', is_chosen: false, is_from_list: false },
    ],
    ...more,
  }
}

const shows = (data: Comparison) => http.get('/api/interception', () => HttpResponse.json(data))
const words = (...items: unknown[]) => http.get('/api/interception/words', () => HttpResponse.json({ items, total: items.length }))
const ONE = { word: '全网最低价', category_name: '广告法', rules: [], detail: '应当警告并拦截' }

test('an update is asked with what it will do, and names exactly what was shown', async () => {
  const told: unknown[] = []
  server.use(
    shows(comparison()),
    words(ONE),
    http.post('/api/interception/updates', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json({ ...RUN, act: 'update', state: 'open' }, { status: 202 })
    }),
  )
  const { user } = await visitConsole('/interception', ['compliance'])

  await user.click(await screen.findByRole('button', { name: '按差异更新' }))
  const box = await screen.findByRole('dialog')
  expect(within(box).getByText('会在企业微信里新建 1 条、修改 1 条规则：')).toBeTruthy()
  expect(within(box).getByText('加 40 个词：全网最低价、史上最低价 等 40 个')).toBeTruthy()
  expect(within(box).getByText('去掉 1 个词：别家')).toBeTruthy()
  await user.click(within(box).getByRole('button', { name: '更新' }))
  await waitFor(() => expect(told).toEqual([{ fingerprint: FINGERPRINT }]))
})

test('what changed in between stops the update, and the box says so', async () => {
  server.use(shows(comparison()), words(ONE), http.post('/api/interception/updates', () => problem(409, 'plan_changed', '什么都没有写。请重新核对后再更新。')))
  const { user } = await visitConsole('/interception', ['compliance'])

  await user.click(await screen.findByRole('button', { name: '按差异更新' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: '更新' }))
  expect(await screen.findByText(/什么都没有写。请重新核对后再更新。/)).toBeTruthy()
})

test('turning it on keeps what was chosen before', async () => {
  const told: unknown[] = []
  server.use(
    shows(comparison()),
    words(ONE),
    http.put('/api/interception/choices', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json(comparison({ is_on: true }))
    }),
  )
  const { user } = await visitConsole('/interception', ['compliance'])

  await user.click(await screen.findByRole('button', { name: '开启自动同步' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: '开启' }))
  await waitFor(() => expect(told).toEqual([{ is_on: true, semantics: [2], accepted: ['negation'] }]))
})

test('an administrator reads and is offered nothing to decide', async () => {
  server.use(shows(comparison()), words(ONE))
  await visitConsole('/interception', ['admin'])

  expect(await screen.findByText('只预览，不自动写入')).toBeTruthy()
  for (const name of ['重新核对', '按差异更新', '开启自动同步', '移除我们的规则', '放哪些词…']) expect(screen.queryByRole('button', { name })).toBeNull()
})

test('each side of the comparison is a list of its own', async () => {
  const sides: (string | null)[] = []
  server.use(
    shows(comparison()),
    http.get('/api/interception/words', ({ request }) => {
      const side = new URL(request.url).searchParams.get('side')
      sides.push(side)
      return HttpResponse.json(side === 'different' ? { items: [{ ...ONE, rules: ['导购台·不文明·拦2'], detail: '适用范围不同' }], total: 1 } : { items: [], total: 0 })
    }),
  )
  const { router, user } = await visitConsole('/interception', ['compliance'])

  expect(await screen.findByText('应当放的词，企业微信里都有了。')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '不一致 1' }))
  expect(await screen.findByText('适用范围不同')).toBeTruthy()
  expect(sides).toEqual(['only_ours', 'different'])
  expect(router.currentRoute.value.query).toEqual({ tab: 'different' })
})

test('what is left out is listed by reason, and refused words can be tried again', async () => {
  let retried = 0
  server.use(
    shows(comparison()),
    words(),
    http.get('/api/interception/left-out', ({ request }) => {
      const reason = new URL(request.url).searchParams.get('reason')
      const item = { entry_id: '7', word: '坏词', category_name: '不文明', reason: 'refused', reason_name: '企业微信不接受', detail: '' }
      return HttpResponse.json(reason === 'refused' ? { items: [item], total: 1 } : { items: [], total: 6 })
    }),
    http.delete('/api/interception/refused-words', () => {
      retried += 1
      return HttpResponse.json({ words: 1 })
    }),
  )
  const { user } = await visitConsole('/interception?tab=left_out', ['compliance'])

  await user.selectOptions(await screen.findByRole('combobox', { name: /原因/ }), 'refused')
  expect(await screen.findByText('坏词')).toBeTruthy()
  expect(screen.getByText('企业微信拒绝了这个词。')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '下次更新再试一次' }))
  await waitFor(() => expect(retried).toBe(1))
})

test('rules say how they stand, and those of other hands are only told', async () => {
  server.use(shows(comparison()))
  await visitConsole('/interception?tab=rules', ['compliance'])

  expect(await screen.findByText('被人改过')).toBeTruthy()
  expect(screen.getByText(/另拦手机号/)).toBeTruthy()
  expect(screen.getByText('店长手工建的')).toBeTruthy()
})

test('a run that failed leaves its reason on the first screen', async () => {
  server.use(shows(comparison({ runs: [{ ...RUN, act: 'keep', act_name: '自动同步', state: 'failed', error: '企业微信里最多 100 条敏感词规则。' }] })), words(ONE))
  await visitConsole('/interception', ['compliance'])

  expect(await screen.findByText('自动同步：企业微信里最多 100 条敏感词规则。')).toBeTruthy()
})

test('without a published list the page says what is missing and can be asked again', async () => {
  server.use(http.get('/api/interception', () => problem(409, 'no_lexicon', '请先在「词库」里发布。')))
  await visitConsole('/interception', ['compliance'])

  expect(await screen.findByText('请先在「词库」里发布。')).toBeTruthy()
  expect(screen.getByRole('button', { name: '重试' })).toBeTruthy()
})

test('figures read as sentences', () => {
  expect(stepWords([{ act: 'delete' }, { act: 'create' }, { act: 'create' }])).toBe('新建 2 条、删除 1 条')
  expect(runWords({ ...RUN })).toBe('没有写入')
  expect(runWords({ ...RUN, updated: 2, refused: 1 })).toBe('修改 2 条、1 个词被拒绝')
})
