import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { enterWeCom, registration, type Bridge, type BridgeAnswer } from '@tests/support/bridge'

const WANG = { kind: 'customer', externalUserId: 'wmWang' } as const

let bridge: Bridge

beforeEach(async () => {
  vi.useFakeTimers()
  bridge = enterWeCom()
  const { makeHost } = await import('./host')
  const end = makeHost(registration).start()
  await vi.advanceTimersByTimeAsync(1_000)
  await end
})
afterEach(() => void vi.useRealTimers())

async function hand(late: (outcome: unknown) => void = () => undefined, wait = 61_000) {
  const { handOver } = await import('./handOver')
  const end = handOver({ text: '您好', entry: 'single', subject: WANG }, late)
  await vi.advanceTimersByTimeAsync(wait)
  return end
}

/** The measured table: what the bridge answers, and what it means. */
test.each<[BridgeAnswer, object]>([
  [{ err_msg: 'sendChatMessage:ok' }, { kind: 'handed' }],
  [{ err_msg: 'sendChatMessage:confirm' }, { kind: 'handed' }],
  [{}, { kind: 'handed' }],
  [{ err_msg: 'sendChatMessage:cancel' }, { kind: 'cancelled' }],
  [{ errmsg: 'fail_no permission' }, { kind: 'refused', reason: 'no_permission' }],
  [{ err_msg: 'sendChatMessage:fail no permission' }, { kind: 'refused', reason: 'no_permission' }],
  [{ err_msg: 'sendChatMessage:permission denied' }, { kind: 'refused', reason: 'no_permission' }],
  [{ err_msg: 'sendChatMessage:fail_without context of external contact' }, { kind: 'refused', reason: 'no_customer' }],
  [{ err_msg: 'sendChatMessage:fail_fail_without context of external contact', err_code: 2 }, { kind: 'refused', reason: 'no_customer' }],
  [{ err_msg: 'sendChatMessage:fail, not allow to cross corp' }, { kind: 'refused', reason: 'cross_corp' }],
  [{ err_msg: 'sendChatMessage:fail, the permission value is offline verifying' }, { kind: 'refused', reason: 'not_configured' }],
  [{ err_msg: 'sendChatMessage:fail, invalid param, link or img_url is invalid' }, { kind: 'refused', reason: 'bad_link' }],
  [{ err_msg: 'sendChatMessage:fail', err_code: 0 }, { kind: 'refused', reason: 'other' }],
  [{ errmsg: 'fail_permission denied', errMsg: 'sendChatMessage:ok' }, { kind: 'refused', reason: 'no_permission' }],
  [null, { kind: 'refused', reason: 'other' }],
  ['silence', { kind: 'unknown' }],
])('%j means %j', async (answer, outcome) => {
  bridge.answer('sendChatMessage', answer)
  expect(await hand()).toMatchObject(outcome)
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test('a text that WeCom never answered is not sent twice, and a late answer corrects what is known', async () => {
  const late: unknown[] = []
  bridge.answer('sendChatMessage', 'silence')
  expect(await hand((outcome) => late.push(outcome))).toMatchObject({ kind: 'unknown' })

  bridge.answerLate('sendChatMessage', { err_msg: 'sendChatMessage:ok' })
  await vi.advanceTimersByTimeAsync(10)
  expect(late).toEqual([{ kind: 'handed' }])
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(1)
})

test('when another chat is open by now, nothing is handed to it', async () => {
  bridge.answer('getCurExternalContact', { err_msg: 'getCurExternalContact:ok', userId: 'wmLi' })
  expect(await hand()).toEqual({ kind: 'elsewhere', subject: { kind: 'customer', externalUserId: 'wmLi' } })
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(0)
})

test('when WeCom does not say who is open, nothing is handed over', async () => {
  bridge.answer('getCurExternalContact', 'silence')
  expect(await hand()).toMatchObject({ kind: 'refused', reason: 'no_customer' })
  expect(bridge.callsOf('sendChatMessage')).toHaveLength(0)
})
