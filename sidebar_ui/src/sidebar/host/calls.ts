import * as ww from '@wecom/jssdk'

import { isRefusal, reasonOf, wordsOf, type Reason } from './failure'

/** An answer of WeCom, or why there is none. `silent`: the limit passed without any answer. */
export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; kind: 'refused'; reason: Reason; raw: string }
  | { ok: false; kind: 'silent'; call: string }

export const LIMIT = {
  bridge: 3_000,
  configuration: 8_000,
  context: 3_000,
  /** Some clients ask the person first. */
  send: 60_000,
} as const

/**
 * Every call of WeCom may stay unanswered for ever, so each gets a limit here and nowhere else.
 *
 * :param onLate: hears an answer that comes after the limit.
 */
export function limited<T>(
  call: string,
  milliseconds: number,
  start: () => Promise<T>,
  onLate?: (answer: Answer<T>) => void,
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    let isOver = false
    const timer = setTimeout(() => {
      isOver = true
      resolve({ ok: false, kind: 'silent', call })
    }, milliseconds)
    const settle = (answer: Answer<T>) => {
      clearTimeout(timer)
      if (isOver) onLate?.(answer)
      else resolve(answer)
    }
    const refuse = (error: unknown) =>
      settle({ ok: false, kind: 'refused', reason: reasonOf(error), raw: wordsOf(error).slice(0, 300) })
    Promise.resolve()
      .then(start)
      .then((value) => (isRefusal(value) ? refuse(value) : settle({ ok: true, value })), refuse)
  })
}

/** Read when the module is evaluated; outside WeCom no call is ever answered. */
export const isInWeCom = (): boolean => ww.env.isWeCom

export function bridge(): Promise<Answer<true>> {
  return limited('bridge', LIMIT.bridge, () => ww.onWeixinJSBridgeReady.then(() => true as const))
}

export interface Signature {
  timestamp: number | string
  nonceStr: string
  signature: string
}

export interface Registration {
  corpId: string
  agentId: string
  /** Both are asked with the address that the SDK itself will send to WeCom. */
  configSignature: (url: string) => Promise<Signature>
  agentSignature: (url: string) => Promise<Signature>
}

const USED = ['getContext', 'getCurExternalContact', 'getCurExternalChat', 'sendChatMessage']

export function register(registration: Registration): void {
  ww.register({
    corpId: registration.corpId,
    agentId: registration.agentId,
    jsApiList: USED,
    getConfigSignature: registration.configSignature,
    getAgentConfigSignature: registration.agentSignature,
  })
}

export function configuration(): Promise<Answer<true>> {
  return limited('agentConfig', LIMIT.configuration, () => ww.ensureAgentConfigReady().then(() => true as const))
}

export function context(): Promise<Answer<string>> {
  return limited('getContext', LIMIT.context, () => ww.getContext().then((answer) => String(answer.entry)))
}

export function openCustomer(): Promise<Answer<string>> {
  return limited('getCurExternalContact', LIMIT.context, () => ww.getCurExternalContact().then((answer) => answer.userId))
}

export function openGroup(): Promise<Answer<string>> {
  return limited('getCurExternalChat', LIMIT.context, () => ww.getCurExternalChat().then((answer) => answer.chatId))
}

export function sendText(content: string, onLate: (answer: Answer<unknown>) => void): Promise<Answer<unknown>> {
  return limited('sendChatMessage', LIMIT.send, () => ww.sendChatMessage({ msgtype: 'text', text: { content } }), onLate)
}
