import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { server } from '@tests/support/server'
import { CLAIM, wangJie } from '@tests/support/shop'
import { problem, visit } from '@tests/support/visit'

test('the first page says who this is, how they came, and who follows them', async () => {
  await visit()
  expect(await screen.findByRole('heading', { name: '王姐', level: 1 })).toBeTruthy()
  expect(screen.getAllByText(/扫描二维码 · 收银台码/).length).toBeGreaterThan(0)
  expect(screen.getByText('膝盖怕冷')).toBeTruthy()
  expect(within(screen.getByRole('list', { name: '标签' })).getByText('通勤')).toBeTruthy()
})

test('an edit sends only what was changed, with what the page had seen', async () => {
  const { told, user } = await visit()
  await user.click(await screen.findByRole('button', { name: '备注 · 电话 · 描述' }))
  const sheet = within(await screen.findByRole('dialog', { name: '备注信息' }))
  await user.type(sheet.getByRole('textbox', { name: '描述' }), '，要长款')
  await user.click(sheet.getByRole('button', { name: '保存并写回企业微信' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(told.edits).toEqual([{ description: '膝盖怕冷，要长款', expected: { remark: '王姐', description: '膝盖怕冷' } }])
})

test('a remark that is too long says by how much and cannot be saved', async () => {
  const { user } = await visit()
  await user.click(await screen.findByRole('button', { name: '备注 · 电话 · 描述' }))
  const sheet = within(await screen.findByRole('dialog'))
  await user.type(sheet.getByRole('textbox', { name: '备注名' }), '一二三四五六七八九十一二三四五六七八九十')
  expect(sheet.getByText('备注名最多 20 个字，现在 22 个')).toBeTruthy()
  expect(sheet.getByRole('button', { name: '保存并写回企业微信' })).toHaveProperty('disabled', true)
})

test('a remark that was changed in WeCom meanwhile is shown, and mine can stay', async () => {
  const { told, user } = await visit()
  server.use(
    http.patch('/api/customers/:id/follow', () => problem(409, 'changed_in_wecom', '刚被改过', { theirs: { remark: '王女士', description: '膝盖怕冷' } }), { once: true }),
  )
  await user.click(await screen.findByRole('button', { name: '备注 · 电话 · 描述' }))
  const sheet = within(await screen.findByRole('dialog'))
  await user.type(sheet.getByRole('textbox', { name: '备注名' }), '（金卡）')
  await user.click(sheet.getByRole('button', { name: '保存并写回企业微信' }))
  expect(await sheet.findByText('备注名：王女士')).toBeTruthy()
  await user.click(sheet.getByRole('button', { name: '用我的' }))
  await user.click(sheet.getByRole('button', { name: '保存并写回企业微信' }))
  await waitFor(() => expect(told.edits).toMatchObject([{ remark: '王姐（金卡）', expected: { remark: '王女士' } }]))
})

test('leaving with unsaved changes asks once', async () => {
  const { user } = await visit()
  await user.click(await screen.findByRole('button', { name: '备注 · 电话 · 描述' }))
  const sheet = within(await screen.findByRole('dialog'))
  await user.type(sheet.getByRole('textbox', { name: '备注名' }), '姐')
  await user.keyboard('{Escape}')
  expect(await sheet.findByText('改动还没有保存，确定不要了吗？')).toBeTruthy()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a word that may not be written is named with its reason, and nothing is lost', async () => {
  const { user } = await visit()
  const hits = [{ start: 0, end: 2, utf16_start: 0, utf16_end: 2, text: '傻瓜', entry_id: 1, word: '傻瓜', category: 'rude', category_name: '不文明用语', action: 'block', reason: '侮辱', suggestion: null, why: null }]
  server.use(http.patch('/api/customers/:id/follow', () => problem(422, 'blocked_by_words', '含阻断词', { check: { action: 'block', hits } })))
  await user.click(await screen.findByRole('button', { name: '备注 · 电话 · 描述' }))
  const sheet = within(await screen.findByRole('dialog'))
  await user.type(sheet.getByRole('textbox', { name: '描述' }), '傻瓜')
  await user.click(sheet.getByRole('button', { name: '保存并写回企业微信' }))
  expect((await sheet.findByText(/不能写/)).closest('li')?.textContent).toContain('不文明用语 · 侮辱')
  expect(sheet.getByRole('textbox', { name: '描述' })).toHaveProperty('value', '膝盖怕冷傻瓜')
})

test('taps on tags are one request, can be undone, and system tags cannot be pressed', async () => {
  const { told, user } = await visit('/tags')
  await user.click(await screen.findByRole('button', { name: '运动' }))
  await user.click(screen.getByRole('button', { name: '通勤' }))
  expect(screen.getByRole('button', { name: '运动' }).getAttribute('aria-pressed')).toBe('true')
  await screen.findByText('刚才：加上「运动」，去掉「通勤」')
  expect(told.tagging).toEqual([{ add: ['t-sport'], remove: ['t-commute'] }])
  expect(screen.getByRole('button', { name: /金卡/ })).toHaveProperty('disabled', true)

  await user.click(screen.getByRole('button', { name: '撤销' }))
  await waitFor(() => expect(told.tagging[1]).toEqual({ add: ['t-commute'], remove: ['t-sport'] }))
})

test('a tag that the server refuses is taken back and says why', async () => {
  const { user } = await visit('/tags')
  server.use(http.post('/api/customers/:id/tags', () => problem(409, 'not_friend', '她已不是你的好友，不能改标签。')))
  await user.click(await screen.findByRole('button', { name: '运动' }))
  expect(await screen.findByText('她已不是你的好友，不能改标签。')).toBeTruthy()
  expect(screen.getByRole('button', { name: '运动' }).getAttribute('aria-pressed')).toBe('false')
})

test('tags are found by the initials of their pinyin', async () => {
  const { user } = await visit('/tags')
  await user.type(await screen.findByRole('searchbox'), 'tq')
  await waitFor(() => expect(screen.queryByRole('button', { name: '运动' })).toBeNull())
  expect(screen.getByRole('button', { name: '通勤' })).toBeTruthy()
})

test('a customer who was just added leaves the scripts usable', async () => {
  const visiting = visit()
  server.use(http.get('/api/sidebar/customers/:id', () => problem(404, 'customer_not_synced', '同步中')))
  const { user } = await visiting
  expect(await screen.findByText('刚加的客户，资料还在同步')).toBeTruthy()
  await user.click(await screen.findByRole('tab', { name: '快捷回复' }))
  expect(await screen.findByRole('button', { name: '放入会话：羊毛衫怎么洗' })).toBeTruthy()
})

test('one block that fails leaves the other ones working', async () => {
  const visiting = visit()
  server.use(http.get('/api/sidebar/customers/:id', () => problem(500, 'server_error', '服务器出错了。')))
  const { user } = await visiting
  expect(await screen.findByText(/这一块没有打开（编号 7F3A21BC）/)).toBeTruthy()
  await user.click(screen.getByRole('tab', { name: '快捷回复' }))
  expect(await screen.findByRole('button', { name: '放入会话：羊毛衫怎么洗' })).toBeTruthy()
})

test('a passage that several entries forbid is named once, at its longest', async () => {
  const hit = CLAIM.check.hits[0]!
  const twice = { ...CLAIM, check: { ...CLAIM.check, hits: [hit, { ...hit, text: '绝对不' }, { ...hit, entry_id: 99 }] } }
  await visit('/', () => server.use(http.get('/api/sidebar/customers/:id', () => HttpResponse.json({ ...wangJie, suggestions: [twice] }))))
  expect(await screen.findByText('含阻断词「绝对不」，不能发送')).toBeTruthy()
})

test('a mouse wheel over the folders turns the row, which has no other handle', async () => {
  await visit('/scripts')
  const row = await screen.findByRole('group', { name: '话术分类' })
  Object.defineProperties(row, { scrollWidth: { value: 900 }, clientWidth: { value: 300 } })
  row.dispatchEvent(new WheelEvent('wheel', { deltaY: 80, bubbles: true, cancelable: true }))
  expect(row.scrollLeft).toBe(80)
})
