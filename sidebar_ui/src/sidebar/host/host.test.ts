import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { enterWeCom, registration, type BridgeAnswer } from '@tests/support/bridge'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function host() {
  const { makeHost } = await import('./host')
  return makeHost(registration)
}

async function started() {
  const one = await host()
  const end = one.start()
  await vi.advanceTimersByTimeAsync(20_000)
  await end
  return one
}

test('outside WeCom the page says so at once, as no call would ever be answered', async () => {
  enterWeCom({ userAgent: 'Mozilla/5.0 Chrome/120', hasBridge: false })
  const one = await host()
  await one.start()
  expect(one.state.value).toEqual({ kind: 'outside' })
})

test('in a chat with a customer the page knows who is open', async () => {
  const bridge = enterWeCom()
  const one = await started()
  expect(one.state.value).toEqual({ kind: 'ready', entry: 'single', subject: { kind: 'customer', externalUserId: 'wmWang' } })
  expect(bridge.callsOf('agentConfig')[0]).toMatchObject({ corpid: 'ww1', agentid: '1000002', signature: 's' })
})

test('in a group the page knows the group', async () => {
  const bridge = enterWeCom()
  bridge.answer('getContext', { err_msg: 'getContext:ok', entry: 'group_chat_tools' })
  expect((await started()).state.value).toEqual({ kind: 'ready', entry: 'group', subject: { kind: 'group', chatId: 'wrGroup' } })
})

test('from the workbench there is nobody to show, and nobody is asked for', async () => {
  const bridge = enterWeCom()
  bridge.answer('getContext', { err_msg: 'getContext:ok', entry: 'normal' })
  expect((await started()).state.value).toEqual({ kind: 'ready', entry: 'other', subject: null })
  expect(bridge.callsOf('getCurExternalContact')).toHaveLength(0)
})

test.each<[string, string, BridgeAnswer, string]>([
  ['a wrong signature', 'agentConfig', { err_msg: 'agentConfig:fail invalid signature' }, 'signature'],
  ['a missing right', 'agentConfig', { err_msg: 'agentConfig:permission denied' }, 'permission'],
  ['no answer to the configuration', 'agentConfig', 'silence', 'silent'],
  ['no answer to the context', 'getContext', 'silence', 'silent'],
  ['a client that lacks the call', 'getContext', { err_msg: 'getContext:fail function not exist' }, 'old_client'],
  ['no right to the customer', 'getCurExternalContact', { errmsg: 'fail_no permission' }, 'permission'],
])('%s is told apart', async (_words, call, answer, reason) => {
  const bridge = enterWeCom()
  bridge.answer(call, answer)
  expect((await started()).state.value).toMatchObject({ kind: 'failed', reason })
})

test('a bridge that never appears ends the wait after 3 s', async () => {
  enterWeCom({ hasBridge: false })
  const one = await host()
  void one.start()
  await vi.advanceTimersByTimeAsync(2_900)
  expect(one.state.value.kind).toBe('starting')
  await vi.advanceTimersByTimeAsync(200)
  expect(one.state.value).toMatchObject({ kind: 'failed', reason: 'silent' })
})

test('after a failure a second start can succeed', async () => {
  const bridge = enterWeCom()
  bridge.answer('agentConfig', { err_msg: 'agentConfig:fail invalid signature' })
  const one = await started()
  bridge.answer('agentConfig', { err_msg: 'agentConfig:ok' })
  void one.start()
  await vi.advanceTimersByTimeAsync(100)
  expect(one.state.value.kind).toBe('ready')
})

test('coming back to another chat shows the other customer; no answer changes nothing', async () => {
  const bridge = enterWeCom()
  const one = await started()
  bridge.answer('getCurExternalContact', { err_msg: 'getCurExternalContact:ok', userId: 'wmLi' })
  void one.lookAgain()
  await vi.advanceTimersByTimeAsync(10)
  expect(one.state.value).toMatchObject({ subject: { externalUserId: 'wmLi' } })

  bridge.answer('getCurExternalContact', 'silence')
  void one.lookAgain()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(one.state.value).toMatchObject({ subject: { externalUserId: 'wmLi' } })
})
