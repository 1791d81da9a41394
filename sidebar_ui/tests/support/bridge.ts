import { vi } from 'vitest'

type Params = Record<string, unknown>
/** What WeCom answers to one call: an answer, or silence. */
export type BridgeAnswer = Record<string, unknown> | null | 'silence'

export const WECOM_ON_WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.5304.110 Safari/537.36 ' +
  'Language/zh ColorScheme/Light wxwork/5.0.11 (MicroMessenger/6.2) WindowsWechat'

export interface Bridge {
  calls: { name: string; params: Params }[]
  callsOf: (name: string) => Params[]
  /** Later calls of this name get this answer. */
  answer: (name: string, answer: BridgeAnswer) => void
  /** Answers the oldest call of this name that was met with silence. */
  answerLate: (name: string, answer: BridgeAnswer) => void
}

const GOOD: Record<string, BridgeAnswer> = {
  agentConfig: { err_msg: 'agentConfig:ok' },
  preVerifyJSAPI: { err_msg: 'preVerifyJSAPI:ok' },
  getContext: { err_msg: 'getContext:ok', entry: 'single_chat_tools' },
  getCurExternalContact: { err_msg: 'getCurExternalContact:ok', userId: 'wmWang' },
  getCurExternalChat: { err_msg: 'getCurExternalChat:ok', chatId: 'wrGroup' },
  sendChatMessage: { err_msg: 'sendChatMessage:ok' },
}

/**
 * Puts the page into a WeCom whose bridge answers as told. Modules are forgotten first, as the SDK
 * looks at the client once, when it is evaluated: import what is tested after this.
 */
export function enterWeCom(options: { userAgent?: string; hasBridge?: boolean } = {}): Bridge {
  vi.resetModules()
  vi.stubGlobal('navigator', { userAgent: options.userAgent ?? WECOM_ON_WINDOWS, platform: 'Win32', maxTouchPoints: 0, onLine: true })
  const answers = { ...GOOD }
  const waiting: { name: string; callback: (answer: unknown) => void }[] = []
  const calls: Bridge['calls'] = []
  if (options.hasBridge !== false) {
    vi.stubGlobal('WeixinJSBridge', {
      on: () => undefined,
      invoke: (name: string, params: Params, callback: (answer: unknown) => void) => {
        calls.push({ name, params: JSON.parse(JSON.stringify(params)) as Params })
        const answer = name in answers ? answers[name] : { err_msg: `${name}:ok` }
        if (answer === 'silence') waiting.push({ name, callback })
        else void Promise.resolve().then(() => callback(answer))
      },
    })
  }
  return {
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map((call) => call.params),
    answer: (name, answer) => (answers[name] = answer),
    answerLate: (name, answer) => {
      const at = waiting.findIndex((one) => one.name === name)
      waiting.splice(at, 1)[0]?.callback(answer)
    },
  }
}

export const registration = async () => ({
  corpId: 'ww1',
  agentId: '1000002',
  configSignature: async () => ({ timestamp: 1, nonceStr: 'n', signature: 's' }),
  agentSignature: async () => ({ timestamp: 1, nonceStr: 'n', signature: 's' }),
})
