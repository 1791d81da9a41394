import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { server } from '@tests/support/server'
import { problem, visit } from '@tests/support/visit'

const row = { id: 7, at: '2026-11-20T02:00:00Z', entry_id: 5, word: '绝对', category_name: '广告法', passage: '这款绝对不起球。', marked: { start: 2, end: 4 }, state: 'open', answer: null, answered_at: null }

async function stopped() {
  const told = { said: [] as unknown[], withdrawn: [] as string[] }
  const place = await visit()
  server.use(
    http.post('/api/objections', async ({ request }) => {
      told.said.push(await request.json())
      return HttpResponse.json(row, { status: 201 })
    }),
    http.delete('/api/objections/:id', ({ params }) => {
      told.withdrawn.push(String(params.id))
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await place.user.click(await screen.findByRole('button', { name: '看原因：版型介绍' }))
  const sheet = within(await screen.findByRole('dialog'))
  return { ...place, sheet, told }
}

test('one tap under a stopped text says that it was stopped wrongly', async () => {
  const { user, sheet, told } = await stopped()
  await user.click(await sheet.findByRole('button', { name: '觉得拦错了：绝对' }))
  expect(await sheet.findByText('已反馈，谢谢。合规会看这一处，有答复会告诉你。')).toBeTruthy()
  expect(told.said).toEqual([{ text: '这款绝对不起球。', channel: 'sidebar', entry_id: expect.any(Number) }])
})

test('it can be taken back and said again', async () => {
  const { user, sheet, told } = await stopped()
  await user.click(await sheet.findByRole('button', { name: '觉得拦错了：绝对' }))
  await user.click(await sheet.findByRole('button', { name: '撤销' }))
  await waitFor(() => expect(told.withdrawn).toEqual(['7']))
  await user.click(await sheet.findByRole('button', { name: '觉得拦错了：绝对' }))
  await waitFor(() => expect(told.said).toHaveLength(2))
})

test('when it does not arrive the guide is told, and can tap again', async () => {
  const { user, sheet } = await stopped()
  server.use(http.post('/api/objections', () => problem(409, 'not_hit', '现在的词库已经不提示这个词了，重新检查一下就可以。')))
  await user.click(await sheet.findByRole('button', { name: '觉得拦错了：绝对' }))
  expect((await sheet.findByRole('alert')).textContent).toContain('重新检查一下就可以')
  expect(sheet.getByRole('button', { name: '觉得拦错了：绝对' })).toHaveProperty('disabled', false)
})

test('another text is another question', async () => {
  const { user, sheet } = await stopped()
  await user.click(await sheet.findByRole('button', { name: '觉得拦错了：绝对' }))
  await sheet.findByText(/已反馈，谢谢/)
  await user.click(sheet.getByRole('button', { name: '编辑文字' }))
  await user.type(sheet.getByRole('textbox'), '真的')
  expect(await sheet.findByRole('button', { name: '觉得拦错了：绝对' })).toBeTruthy()
  expect(sheet.queryByText(/已反馈，谢谢/)).toBeNull()
})

test('the answers stand under 「我的反馈」', async () => {
  const answered = { ...row, id: 8, state: 'declined', answer: '没有依据不能写绝对。' }
  server.use(http.get('/api/objections/mine', () => HttpResponse.json({ items: [row, answered], total: 2 })))
  const { user } = await visit()
  await user.click(await screen.findByRole('button', { name: '更多' }))
  await user.click(await screen.findByRole('button', { name: '看我的反馈' }))
  expect(await screen.findByText('等合规答复')).toBeTruthy()
  expect(screen.getByText('没有采纳').parentElement?.textContent).toBe('没有采纳：没有依据不能写绝对。')
})

test('without feedback the page says how to give some', async () => {
  server.use(http.get('/api/objections/mine', () => HttpResponse.json({ items: [], total: 0 })))
  await visit('/feedback')
  expect(await screen.findByText('还没有反馈')).toBeTruthy()
})
