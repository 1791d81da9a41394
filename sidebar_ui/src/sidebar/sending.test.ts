import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { server } from '@tests/support/server'
import { WASH, wangJie } from '@tests/support/shop'
import { problem, visit } from '@tests/support/visit'

const handOver = '放入会话：羊毛衫怎么洗'

const outcomes = (told: { outcomes: { outcome: string }[] }) => told.outcomes.map((one) => one.outcome)

test('a clean script is handed over with one press', async () => {
  const { bridge, told, user, strip } = await visit()
  await user.click(await screen.findByRole('button', { name: handOver }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信 · 请看输入框，未发出请按发送'))

  expect(bridge.callsOf('sendChatMessage')).toMatchObject([{ msgtype: 'text', text: { content: '翻面冷水，平铺阴干。' } }])
  expect(told.sends).toMatchObject([{ script_id: 1, entry: 'single', external_user_id: 'wmWang', parts: [{ text: '翻面冷水，平铺阴干。' }] }])
  await waitFor(() => expect(outcomes(told)).toEqual(['handing', 'handed']))
})

test('pressing many times is one intent and one call', async () => {
  const { bridge, told, user, strip } = await visit()
  const button = await screen.findByRole('button', { name: handOver })
  await user.dblClick(button)
  for (let n = 0; n < 20; n++) button.click()
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends).toHaveLength(1)
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test.each([
  ['你取消了，没有发送', { err_msg: 'sendChatMessage:cancel' }, 'cancelled'],
  ['企业微信拒绝 · 没有权限', { errmsg: 'fail_no permission' }, 'refused'],
])('%s', async (sentence, answer, outcome) => {
  const { bridge, told, user, strip } = await visit('/', (one) => one.answer('sendChatMessage', answer))
  await user.click(await screen.findByRole('button', { name: handOver }))
  await waitFor(() => expect(strip()).toContain(sentence))
  await waitFor(() => expect(outcomes(told)).toEqual(['handing', outcome]))
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test('trying again after a refusal is a new press with a new id', async () => {
  const { bridge, told, user, strip } = await visit('/', (one) => one.answer('sendChatMessage', { err_msg: 'sendChatMessage:cancel' }))
  await user.click(await screen.findByRole('button', { name: handOver }))
  bridge.answer('sendChatMessage', { err_msg: 'sendChatMessage:ok' })
  await user.click(await screen.findByRole('button', { name: '再放一次' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(new Set(told.sends.map((one) => one.press_id)).size).toBe(2)
})

test('a press that the server never answered keeps its id when tried again', async () => {
  const { told, user, strip } = await visit()
  const ids: string[] = []
  server.use(
    http.post('/api/outbound/sidebar-sends', async ({ request }) => {
      ids.push(((await request.json()) as { press_id: string }).press_id)
      return HttpResponse.error()
    }, { once: true }),
  )
  await user.click(await screen.findByRole('button', { name: handOver }))
  await waitFor(() => expect(strip()).toContain('没有放入 · 服务器没有回应'))
  await user.click(screen.getByRole('button', { name: '再放一次' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends.map((one) => one.press_id)).toEqual(ids)
})

test('when the chat was changed meanwhile nothing is sent, and the page turns to who is open', async () => {
  const { bridge, told, user, strip } = await visit()
  const button = await screen.findByRole('button', { name: handOver })
  bridge.answer('getCurExternalContact', { err_msg: 'getCurExternalContact:ok', userId: 'wmLi' })
  await user.click(button)
  await waitFor(() => expect(strip()).toMatch(/没有发送 · 会话已切换到/))
  await screen.findByRole('heading', { name: '李女士' })
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(0)
  await waitFor(() => expect(outcomes(told)).toEqual(['handing', 'cancelled']))
})

test('when the check does not answer nothing leaves', async () => {
  const { bridge, user, strip } = await visit()
  server.use(http.post('/api/outbound/sidebar-sends', () => problem(503, 'check_unavailable', '检查没有回应')))
  await user.click(await screen.findByRole('button', { name: handOver }))
  await waitFor(() => expect(strip()).toContain('检查服务没有回应，暂时不能发送'))
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(0)
})

test('a text that the server stops opens its preview instead of leaving', async () => {
  const { bridge, user, strip } = await visit()
  server.use(http.post('/api/outbound/sidebar-sends', () => problem(422, 'blocked_by_words', '含阻断词')))
  await user.click(await screen.findByRole('button', { name: handOver }))
  await screen.findByRole('dialog', { name: '预览 · 羊毛衫怎么洗' })
  expect(strip()).toContain('这段话没有放入')
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(0)
})

test('a blank is chosen in the preview and then goes with the text', async () => {
  const { told, user, strip } = await visit()
  await user.click(await screen.findByRole('button', { name: '填写：尺码建议' }))
  const sheet = within(await screen.findByRole('dialog'))
  expect(sheet.getByText('还差 1 处要填')).toBeTruthy()
  expect(sheet.getByRole('button', { name: '放入会话' })).toHaveProperty('disabled', true)

  await user.click(sheet.getByRole('radio', { name: 'L' }))
  await waitFor(() => expect(sheet.getByRole('button', { name: '放入会话' })).toHaveProperty('disabled', false))
  await user.click(sheet.getByRole('button', { name: '放入会话' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends).toMatchObject([{ parts: [{ text: '王姐您好，建议选 L。' }], blanks: { 尺码: 'L' } }])
})

test('a stopped script tells why, and can go once the word is replaced', async () => {
  const { told, user, strip } = await visit()
  await user.click(await screen.findByRole('button', { name: '看原因：版型介绍' }))
  const sheet = within(await screen.findByRole('dialog'))
  expect(await sheet.findByText('先处理 1 处阻断，才能放入会话')).toBeTruthy()
  expect(sheet.getByText(/阻断 · 「绝对」/)).toBeTruthy()

  await user.click(sheet.getByRole('button', { name: '换成「不容易」' }))
  expect(sheet.getByText(/已换掉「绝对」/)).toBeTruthy()
  await waitFor(() => expect(sheet.getByRole('button', { name: '放入会话' })).toHaveProperty('disabled', false))
  await user.click(sheet.getByRole('button', { name: '放入会话' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends).toMatchObject([{ parts: [{ text: '这款不容易不起球。' }] }])
})

test('a warned word needs a reason, and the reason goes along', async () => {
  const { told, user, strip } = await visit()
  await user.click(await screen.findByRole('button', { name: '羊毛衫怎么洗' }))
  const sheet = within(await screen.findByRole('dialog'))
  await user.click(sheet.getByRole('button', { name: '编辑文字' }))
  await user.type(sheet.getByRole('textbox'), '最暖和')
  expect(await sheet.findByText('有警告：请选一个原因，确认后可以放入')).toBeTruthy()
  await user.click(sheet.getByRole('radio', { name: '转述客户的话' }))
  await user.click(sheet.getByRole('button', { name: '放入会话' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends).toMatchObject([{ confirmed_reason: '转述客户的话', parts: [{ text: '翻面冷水，平铺阴干。最暖和' }] }])
})

test('Ctrl Enter hands the first hit of a search over, and not while an input method composes', async () => {
  const { told, user, strip } = await visit('/scripts')
  const search = await screen.findByRole('searchbox')
  await user.type(search, '羊毛')
  await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1))
  search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true }))
  expect(told.sends).toHaveLength(0)
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
})

/** A script of two parts, handed over up to the first. */
async function firstOfTwo() {
  const text = (text: string) => ({ type: 'text' as const, text, segments: [{ kind: 'text' as const, text }] })
  const two = { ...WASH, parts: [text('您好，新款到了'), text('周末来试试')] }
  const visited = await visit('/', () => server.use(http.get('/api/sidebar/customers/:id', () => HttpResponse.json({ ...wangJie, suggestions: [two] }))))
  await visited.user.click(await screen.findByRole('button', { name: '羊毛衫怎么洗' }))
  const sheet = within(await screen.findByRole('dialog'))
  await waitFor(() => expect(sheet.getByRole('button', { name: '放入会话' })).toHaveProperty('disabled', false))
  await visited.user.click(sheet.getByRole('button', { name: '放入会话' }))
  await waitFor(() => expect(sheet.getByRole('button', { name: '放入第 2 段' })).toHaveProperty('disabled', false))
  return { ...visited, sheet }
}

test('a further part is asked for before it is handed over', async () => {
  const { bridge, told, user, sheet } = await firstOfTwo()
  await user.click(sheet.getByRole('button', { name: '放入第 2 段' }))
  await waitFor(() => expect(sheet.getByText('2 段都交给企业微信了，请看输入框。')).toBeTruthy())
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(2)
  await waitFor(() => expect(told.outcomes.map((one) => `${one.part} ${one.outcome}`)).toEqual(['0 handing', '0 handed', '1 handing', '1 handed']))
})

test('parts whose sheet was closed by mistake are gone on with where they stood', async () => {
  const { bridge, user, sheet, strip } = await firstOfTwo()
  // The pressed button is gone, and the focus with it.
  expect(document.activeElement).toBe(document.body)
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(strip()).toContain('第 1 段：已交给企业微信')
  await user.click(screen.getByRole('button', { name: '接着放第 2 段' }))
  await user.click(await screen.findByRole('button', { name: '放入第 2 段' }))
  await waitFor(() => expect(sheet.getByText('2 段都交给企业微信了，请看输入框。')).toBeTruthy())
  expect(bridge.callsOf('sendChatMessage')).toMatchObject([{ text: { content: '您好，新款到了' } }, { text: { content: '周末来试试' } }])
})

test('a guide who wants no more than the first part is done with it', async () => {
  const { bridge, user, sheet } = await firstOfTwo()
  await user.click(sheet.getByRole('button', { name: '只到这里' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(screen.queryByRole('button', { name: '接着放第 2 段' })).toBeNull()
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test('what was written into a preview is still there after it was closed, and gone once it went out', async () => {
  const { told, user, strip } = await visit()
  await user.click(await screen.findByRole('button', { name: '羊毛衫怎么洗' }))
  const sheet = () => within(screen.getByRole('dialog'))
  await screen.findByRole('dialog')
  await user.click(sheet().getByRole('button', { name: '编辑文字' }))
  await user.type(sheet().getByRole('textbox'), '有空来店里')
  await user.click(sheet().getByRole('button', { name: '改好了' }))
  await waitFor(() => expect(document.activeElement).toBe(sheet().getByRole('button', { name: '编辑文字' })))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())

  await user.click(screen.getByRole('button', { name: '羊毛衫怎么洗' }))
  expect(sheet().getByText('翻面冷水，平铺阴干。有空来店里')).toBeTruthy()
  await user.click(sheet().getByRole('button', { name: '恢复原文' }))
  expect(sheet().getByText('翻面冷水，平铺阴干。')).toBeTruthy()
  expect(sheet().queryByRole('button', { name: '恢复原文' })).toBeNull()

  await user.click(sheet().getByRole('button', { name: '编辑文字' }))
  await user.type(sheet().getByRole('textbox'), '明天见')
  await waitFor(() => expect(sheet().getByRole('button', { name: '放入会话' })).toHaveProperty('disabled', false))
  await user.click(sheet().getByRole('button', { name: '放入会话' }))
  await waitFor(() => expect(strip()).toContain('已交给企业微信'))
  expect(told.sends).toMatchObject([{ parts: [{ text: '翻面冷水，平铺阴干。明天见' }] }])
  await user.click(screen.getByRole('button', { name: '羊毛衫怎么洗' }))
  expect(sheet().queryByRole('button', { name: '恢复原文' })).toBeNull()
})

test('a further part that the list stops by now is not handed over, and the guide reads why', async () => {
  const { bridge, user, sheet } = await firstOfTwo()
  server.use(http.post('/api/outbound/sidebar-sends/:id/outcome', () => problem(422, 'blocked_by_words', '含有不能发出的词「周末」，请改好再发。')))
  await user.click(sheet.getByRole('button', { name: '放入第 2 段' }))
  expect(await sheet.findByText('第 2 段没有放入：含有不能发出的词「周末」，请改好再发。')).toBeTruthy()
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test('a further part of which nobody can say is not handed over, and trying again is a new press', async () => {
  const { bridge, told, user, sheet } = await firstOfTwo()
  server.use(http.post('/api/outbound/sidebar-sends/:id/outcome', () => HttpResponse.error(), { once: true }))
  await user.click(sheet.getByRole('button', { name: '放入第 2 段' }))
  expect(await sheet.findByText(/第 2 段没有放入：服务器没有回应/)).toBeTruthy()
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
  await user.click(sheet.getByRole('button', { name: '再放第 2 段' }))
  await waitFor(() => expect(bridge.callsOf('sendChatMessage')).toHaveLength(2))
  expect(told.sends.map((one) => one.parts.map((part) => part.text))).toEqual([['您好，新款到了', '周末来试试'], ['周末来试试']])
})
