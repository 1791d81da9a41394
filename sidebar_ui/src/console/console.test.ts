import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'

import { massMessage, visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const one = (message: ReturnType<typeof massMessage>) => http.get('/api/mass-messages/7', () => HttpResponse.json(message))
const listOf = (...items: unknown[]) => HttpResponse.json({ items, total: items.length })

test('the menu holds what a store manager may open, and nothing else', async () => {
  server.use(http.get('/api/mass-messages', () => listOf()))
  await visitConsole('/mass', ['store_manager'])

  const menu = await screen.findByRole('navigation', { name: '主菜单' })
  const items = within(menu).getAllByRole('link').map((link) => link.textContent?.trim())
  expect(items).toEqual(['客户列表', '渠道码与欢迎语', '客户群', '群发', '命中走势', '员工与角色'])
})

test('a guide is told whom the console is for', async () => {
  await visitConsole('/', [])

  expect(await screen.findByText('这里是给店长和总部用的')).toBeTruthy()
})

test('an address that was asked for is not replaced by the first screen', async () => {
  server.use(http.get('/api/groups', () => listOf()))
  const { router } = await visitConsole('/groups?q=%E4%BC%9A%E5%91%98', ['store_manager'])

  await screen.findByRole('heading', { name: '客户群' })
  expect(router.currentRoute.value.fullPath).toContain('/groups?q=')
})

test('without an address the operator begins with the mass messages', async () => {
  server.use(http.get('/api/mass-messages', () => listOf(massMessage())))
  await visitConsole('/', ['operator'])

  expect(await screen.findByRole('button', { name: '冬季新品邀约' })).toBeTruthy()
})

test('a list that failed says so and comes back; it never reads as empty', async () => {
  let isBroken = true
  server.use(http.get('/api/mass-messages', () => (isBroken ? problem(409, 'broken', '这一块没有打开') : listOf(massMessage()))))
  const { user } = await visitConsole('/mass', ['operator'])

  const retry = await screen.findByRole('button', { name: '重试' })
  expect(screen.queryByText('还没有群发')).toBeNull()
  isBroken = false
  await user.click(retry)
  expect(await screen.findByRole('button', { name: '冬季新品邀约' })).toBeTruthy()
})

test('filters stand in the address, and a filter that finds nothing can be cleared', async () => {
  server.use(http.get('/api/mass-messages', ({ request }) => (new URL(request.url).searchParams.get('state') ? listOf() : listOf(massMessage()))))
  const { router, user } = await visitConsole('/mass', ['operator'])
  await screen.findByRole('button', { name: '冬季新品邀约' })

  await user.selectOptions(screen.getByRole('combobox', { name: /状态/ }), 'done')
  expect(await screen.findByText('没有符合筛选的群发')).toBeTruthy()
  expect(router.currentRoute.value.query).toEqual({ state: 'done' })
  await user.click(screen.getByRole('button', { name: '清除筛选' }))
  expect(await screen.findByRole('button', { name: '冬季新品邀约' })).toBeTruthy()
  expect(router.currentRoute.value.query).toEqual({})
})

test('who wrote a mass message is not offered to approve it, and reads why', async () => {
  server.use(one(massMessage({ state: 'pending_approval', state_name: '待审批', why_not: { approve: '你参与写了这条群发，要由另一个人审批。' } })))
  await visitConsole('/mass/7/approval', ['operator'])

  expect(await screen.findByText('你参与写了这条群发，要由另一个人审批。')).toBeTruthy()
  expect(screen.queryByRole('button', { name: '批准' })).toBeNull()
})

test('an approval names exactly the content that was on the screen', async () => {
  const told: unknown[] = []
  const pending = massMessage({ state: 'pending_approval', state_name: '待审批', can: { approve: true } })
  server.use(
    one(pending),
    http.post('/api/mass-messages/7/approve', async ({ request }) => {
      told.push(await request.json())
      return HttpResponse.json({ ...pending, state: 'approved', state_name: '已批准' })
    }),
  )
  const { user } = await visitConsole('/mass/7/approval', ['compliance'])

  await user.click(await screen.findByRole('button', { name: '批准' }))
  const box = await screen.findByRole('dialog')
  await user.click(within(box).getByRole('button', { name: '批准' }))
  await waitFor(() => expect(told).toEqual([{ comment: '', content_hash: 'a'.repeat(64) }]))
})

test('words that could not be saved stay on the page, and the page says so', async () => {
  server.use(
    one(massMessage({ can: { edit: true, submit: true } })),
    http.patch('/api/mass-messages/7', () => problem(422, 'invalid', '太长', { fields: { text: '太长：最多约 1,300 个汉字' } })),
  )
  const { user } = await visitConsole('/mass/7/text', ['operator'])

  const area = await screen.findByRole('textbox', { name: '文字' })
  await user.clear(area)
  await user.type(area, '新的内容')
  expect(await screen.findByText('没有保存')).toBeTruthy()
  expect(await screen.findByText('太长：最多约 1,300 个汉字')).toBeTruthy()
  expect((area as HTMLTextAreaElement).value).toBe('新的内容')
})

test('a text that may not leave cannot be submitted', async () => {
  const { verdict } = await import('@tests/support/shop')
  const text = '这款绝对不起球'
  server.use(one(massMessage({ text, check: verdict(text), can: { submit: true } })))
  await visitConsole('/mass/7/approval', ['operator'])

  const submit = await screen.findByRole('button', { name: '提交审批' })
  expect((submit as HTMLButtonElement).disabled).toBe(true)
  expect(screen.getByText('内容里有不能发的词，改好才能提交。')).toBeTruthy()
})

test('a page whose script is gone since an update is loaded anew, once; then the page says so', async () => {
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined)
  server.use(http.get('/api/mass-messages', () => listOf()))
  const { router } = await visitConsole('/mass', ['operator'])
  await screen.findByText('还没有群发')
  router.addRoute({ path: '/late', component: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')) })
  await router.push('/late').catch(() => undefined)
  expect(assign.mock.calls).toEqual([['/console/late']])

  await router.push('/late').catch(() => undefined)
  expect(assign).toHaveBeenCalledOnce()
  expect((await screen.findAllByText(/这一页没有读出来/)).length).toBeGreaterThan(0)
})

test('Esc takes the menu of a phone back', async () => {
  server.use(http.get('/api/mass-messages', () => listOf()))
  const { user } = await visitConsole('/mass', ['operator'])
  await user.click(await screen.findByRole('button', { name: '打开菜单' }))
  await user.keyboard('{Escape}')
  expect(document.activeElement).toBe(screen.getByRole('button', { name: '打开菜单' }))
})

test('words in a drawer are not thrown away by a key without a question', async () => {
  const ask = vi.fn(() => false)
  vi.stubGlobal('confirm', ask)
  server.use(http.get('/api/contact-codes', () => listOf()), http.get('/api/staff/members', () => listOf()))
  const { user } = await visitConsole('/codes', ['operator'])
  await user.click((await screen.findAllByRole('button', { name: '新建渠道码' }))[0]!)
  const name = await screen.findByRole('textbox', { name: '名称' })
  await user.type(name, '南京路收银台')
  await user.keyboard('{Escape}')
  expect(ask).toHaveBeenCalledOnce()
  expect(screen.getByRole('textbox', { name: '名称' })).toHaveProperty('value', '南京路收银台')
})
