import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { draftedEntry, proposal, replay, wordList } from '@tests/support/lexicon'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

test('the bar says that the draft touches nothing yet, and offers the next step', async () => {
  await wordList({ changes: 3 }).visit()

  expect(await screen.findByText('草稿 3 处改动，未影响线上')).toBeTruthy()
  expect(screen.getByRole('button', { name: '看影响并提交' })).toBeTruthy()
})

test('an operator reads the list and changes nothing', async () => {
  await wordList({ changes: 1, roles: ['operator'] }).visit()

  expect(await screen.findByRole('button', { name: '看影响' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: '新增词条' })).toBeNull()
  expect(screen.queryByRole('button', { name: '紧急发布' })).toBeNull()
  expect(screen.queryByRole('checkbox')).toBeNull()
})

test('who opens the impact sees it begin, and how far it is', async () => {
  let started = 0
  const shop = wordList({ changes: 1, replay: null })
  server.use(
    http.post('/api/lexicon/replays', () => {
      started += 1
      server.use(http.get('/api/lexicon/replays/latest', () => HttpResponse.json({ replay: replay({ state: 'running', done: 50, total: 200 }) })))
      return HttpResponse.json(replay({ state: 'running', done: 0, total: 200 }), { status: 202 })
    }),
  )
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '看影响并提交' }))

  expect(await screen.findByRole('progressbar', { name: '已看 50 / 200 条' })).toBeTruthy()
  expect(started).toBe(1)
  expect(screen.getByRole('button', { name: '提交审批' })).toHaveProperty('disabled', true)
})

test('contents in use that would be stopped have to be accepted before it is submitted', async () => {
  const told: unknown[] = []
  const shop = wordList({ changes: 1, replay: replay({ blocked: 2 }) })
  server.use(
    http.post('/api/lexicon/proposals', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json(proposal(), { status: 201 })
    }),
  )
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '看影响并提交' }))
  await user.type(await screen.findByLabelText('改了什么、为什么'), '直播用语')
  const submit = screen.getByRole('button', { name: '提交审批' })
  expect(submit).toHaveProperty('disabled', true)

  await user.click(screen.getByRole('checkbox', { name: /知道 2 条在用内容发布后会被拦下/ }))
  await user.click(submit)

  await waitFor(() => expect(told).toEqual([{ note: '直播用语', accepts_blocked: true }]))
})

test('a result that is out of date says so and cannot be submitted', async () => {
  const shop = wordList({ changes: 1, replay: replay({ is_current: false }) })
  server.use(http.post('/api/lexicon/replays', () => problem(422, 'draft_not_usable', '有 1 处不通过，不能发布：例句没有命中')))
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '看影响并提交' }))

  expect(await screen.findByText(/下面的结果已过期/)).toBeTruthy()
  expect(await screen.findByText(/有 1 处不通过/)).toBeTruthy()
  expect(screen.getByRole('button', { name: '提交审批' })).toHaveProperty('disabled', true)
})

test('who wrote it reads why somebody else has to approve', async () => {
  const shop = wordList({ changes: 1, waiting: proposal({ can: ['withdraw'], why_not: { approve: '你参与写了这次改动，不能审批自己的改动，要由另一个人来做。' } }) })
  const { user } = await shop.visit()
  expect(await screen.findByText('待审批')).toBeTruthy()
  await user.click(await screen.findByRole('button', { name: '看提交' }))

  const drawer = await screen.findByRole('dialog')
  expect(within(drawer).getByText(/不能审批自己的改动/)).toBeTruthy()
  expect(within(drawer).queryByRole('button', { name: '通过并发布' })).toBeNull()
  expect(within(drawer).getByRole('button', { name: '撤回提交' })).toBeTruthy()
})

test('an approval names exactly the content that was on the screen', async () => {
  const told: unknown[] = []
  const shop = wordList({ changes: 1, roles: ['admin'], waiting: proposal({ can: ['approve', 'reject'] }) })
  server.use(
    http.post('/api/lexicon/proposals/5/approve', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json(proposal({ state: 'published', version: 38 }))
    }),
  )
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '审批' }))
  const drawer = await screen.findByRole('dialog')
  expect(within(drawer).getByText('最低价保护', { exact: false })).toBeTruthy()
  expect(within(drawer).getByRole('button', { name: '退回' })).toHaveProperty('disabled', true)
  await user.click(within(drawer).getByRole('button', { name: '通过并发布' }))

  await waitFor(() => expect(told).toEqual([{ comment: '', content_hash: 'b'.repeat(64) }]))
  expect(await screen.findByText(/词库 v38 已发布/)).toBeTruthy()
})

test('in an emergency only what tightens can be chosen', async () => {
  const shop = wordList({
    changes: 2,
    items: [draftedEntry({ id: 1, text: '跳楼价' }), draftedEntry({ id: 2, text: '最低价', not_urgent: '级别放松了，要走审批' })],
  })
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '紧急发布' }))
  const drawer = await screen.findByRole('dialog')

  expect(await within(drawer).findByRole('checkbox', { name: /跳楼价/ })).toHaveProperty('disabled', false)
  expect(within(drawer).getByRole('checkbox', { name: /最低价.*级别放松了/ })).toHaveProperty('disabled', true)
  expect(within(drawer).getByRole('button', { name: '马上发布 0 条' })).toHaveProperty('disabled', true)
})

test('a bulk edit says beforehand how many it touches, and which not, and why', async () => {
  const told: { dry_run: boolean }[] = []
  const shop = wordList({ items: [draftedEntry({ id: 1, text: '跳楼价' }), draftedEntry({ id: 2, text: '最低价' })], total: 40 })
  server.use(
    http.post('/api/lexicon/entries/bulk', async ({ request }) => {
      told.push((await request.json()) as { dry_run: boolean })
      return HttpResponse.json({ touched: [1], revertible: [1], skipped: [{ entry_id: 2, text: '最低价', why: '已经是这样' }] })
    }),
  )
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('checkbox', { name: '选择这一页' }))
  expect(screen.getByText(/已选 2 条/)).toBeTruthy()
  expect(screen.getByRole('button', { name: '选择全部 40 条' })).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '改级别' }))
  await user.selectOptions(await screen.findByLabelText('改成'), 'warn')

  expect(await screen.findByText('会改 1 条，跳过 1 条。')).toBeTruthy()
  expect(screen.getByText('最低价：已经是这样')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '改 1 条' }))
  expect(await screen.findByText(/改了 1 条，跳过 1 条/)).toBeTruthy()
  expect(screen.getByRole('button', { name: '撤销' })).toBeTruthy()
  expect(told.map((each) => each.dry_run)).toEqual([true, false])
})

test('what came back says why, and the draft is still there', async () => {
  await wordList({ changes: 1, turnedDown: proposal({ state: 'voided', state_name: '已作废', comment: '内容在提交后改过，需要重新提交。' }) }).visit()

  expect(await screen.findByText(/上次提交已作废：内容在提交后改过，需要重新提交。/)).toBeTruthy()
  expect(screen.getByRole('button', { name: '看影响并提交' })).toBeTruthy()
})

test('two versions are compared in words', async () => {
  const shop = wordList({})
  server.use(
    http.get('/api/lexicon/versions', () =>
      HttpResponse.json({
        items: [38, 37].map((version) => ({
          version, note: `第 ${version} 版`, entry_count: 9, published_by: 'boss', published_by_name: '陈思远', submitted_by_name: '何静',
          is_urgent: false, confirmed_by_name: '', published_at: '2026-11-22T02:00:00Z', sha256: 'c'.repeat(64),
        })),
      }),
    ),
    http.get('/api/lexicon/diff', ({ request }) => {
      const asked = new URL(request.url).searchParams
      expect([asked.get('from'), asked.get('to')]).toEqual(['37', '38'])
      return HttpResponse.json({ added: 0, removed: 0, changed: 1, items: proposal().changes })
    }),
  )
  const { user } = await shop.visit()
  await user.click(await screen.findByRole('button', { name: '历史版本' }))
  expect((await screen.findAllByText(/何静 提交，陈思远 通过/)).length).toBe(2)
  await user.click(screen.getByRole('button', { name: '对比 v37 和线上' }))

  expect(await screen.findByText('新增 0，删除 0，修改 1')).toBeTruthy()
  expect(screen.getByRole('list', { name: '两版的差别' }).textContent).toContain('级别：阻断 → 警告')
})
