/**
 * The WeCom client around a page: verifies its configuration, keeps the entry rules, sends its messages, and fails on
 * request. Pure logic; the chat page and browser tests give it a server and a client to act on.
 */

import { compareVersions, ENTRIES, FREE, KNOWN, NEEDS_AGENT, OLDEST_WITHOUT_CONFIG } from './entries.js'
import { plainMessage, problemOf } from './messages.js'
import { refusal } from './platforms.js'

const NEVER = Symbol('never answers')
const SIGNATURE_PARAMS = /^(appId|verify.*)$/
const KEPT_CALLS = 300

export const DEFAULTS = {
  platform: 'windows',
  version: '5.0.11',
  theme: 'light',
  /** What `sendChatMessage:ok` means: sent at once, put into the input box, or sent after the person agreed. */
  sendMode: 'direct',
  textLimit: 0,
  bridgeDelay: 0,
}

/**
 * @typedef {{entry: string, userid: string, externalUserId?: string, chatId?: string}} Context
 * @typedef {{api: string, times?: number, reason?: string, response?: object|null, delay?: number, hang?: boolean,
 *   afterEffect?: boolean}} Fault   `api` may be "*"; one is used up per call, unless times is more
 * @typedef {{verify(asked: object): Promise<{ok: boolean, reason: string}>,
 *   send(sending: object): Promise<{ok: boolean, reason?: string}>}} Server
 * @typedef {{draft(context: Context, message: object): void, confirm(context: Context, message: object):
 *   Promise<boolean>, perform(name: string, params: object): Promise<object|void>|void}} Client
 */
export class Host {
  /** @param {{server: Server, client: Client, settings?: object}} parts */
  constructor({ server, client, settings = {} }) {
    this.server = server
    this.client = client
    this.settings = { ...DEFAULTS, ...settings }
    /** @type {Fault[]} */
    this.faults = []
    this.calls = []
    this.onCall = () => {}
  }

  /** The next calls of `fault.api` meet this. */
  script(fault) {
    this.faults.push({ times: 1, ...fault })
  }

  /** A freshly loaded document: nothing is granted to it. `look` tells the chat that is open now. */
  open(look) {
    return new Page(this, look)
  }

  take(name) {
    const index = this.faults.findIndex((fault) => fault.api === name || fault.api === '*')
    if (index < 0) return null
    const fault = this.faults[index]
    fault.times -= 1
    if (fault.times <= 0) this.faults.splice(index, 1)
    return fault
  }

  note(call) {
    this.calls.push(call)
    this.calls.splice(0, this.calls.length - KEPT_CALLS)
    this.onCall(call)
  }
}

class Page {
  constructor(host, look) {
    this.host = host
    this.look = look
    /** What each configuration opened: {url, apis}. They hold for one URL, as in the client. */
    this.granted = { config: null, agentConfig: null }
    this.isClosed = false
  }

  close() {
    this.isClosed = true
  }

  /** :returns: the bridge's answer; undefined if the page shall never hear one. */
  async call({ name, params, url }) {
    const call = {
      name,
      params: withoutSignature(name, params),
      url,
      at: Date.now(),
      answer: undefined,
      state: 'waiting',
    }
    this.host.note(call)
    const answer = await this.answer(name, params ?? {}, url.split('#')[0]).catch((error) => {
      call.error = error.message
      return this.refuse(name, 'network error')
    })
    call.state = answer === NEVER ? 'silent' : 'answered'
    call.answer = answer === NEVER ? undefined : answer
    call.seconds = (Date.now() - call.at) / 1000
    this.host.onCall(call)
    return call.answer
  }

  async answer(name, params, url) {
    const fault = this.host.take(name)
    if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay))
    if (fault && !fault.afterEffect && isFinal(fault)) return this.faultAnswer(name, fault)
    const answer = await this.perform(name, params, url)
    return fault?.afterEffect && isFinal(fault) ? this.faultAnswer(name, fault) : answer
  }

  faultAnswer(name, fault) {
    if (fault.hang) return NEVER
    return fault.reason === undefined ? fault.response : this.refuse(name, fault.reason)
  }

  async perform(name, params, url) {
    if (name === 'preVerifyJSAPI') return this.configure(name, params, url)
    if (name === 'agentConfig') return this.configureAgent(name, params, url)
    if (!KNOWN.has(name)) return this.refuse(name, 'function_not_exist')
    const missing = this.missingGrant(name, url)
    if (missing) return this.refuse(name, missing)
    if (name === 'checkJsApi') return this.checkJsApi(params, url)
    return (OWN_CALLS[name] ?? performedByClient)(this, name, params)
  }

  refuse(name, reason) {
    return refusal(this.host.settings.platform, name, reason)
  }

  /** null if the page may make this call now, else the canonical reason. */
  missingGrant(name, url) {
    if (FREE.has(name)) return null
    const { config, agentConfig } = this.granted
    const here = [config, agentConfig].filter((each) => each?.url === url)
    if (!here.length) return 'the permission value is offline verifying'
    const opening = NEEDS_AGENT.has(name) ? here.filter((each) => each === agentConfig) : here
    return opening.some((each) => each.apis.has(name)) ? null : 'no permission'
  }

  async configure(name, params, url) {
    this.granted.config = null
    const verdict = await this.host.server.verify({
      kind: 'config',
      corpid: params.verifyAppId ?? params.appId,
      url,
      timestamp: params.verifyTimestamp,
      noncestr: params.verifyNonceStr,
      signature: params.verifySignature,
    })
    if (!verdict.ok) return this.refuse(name, withoutCode(verdict.reason))
    this.granted.config = { url, apis: new Set(params.verifyJsApiList) }
    return { err_msg: `${name}:ok` }
  }

  async configureAgent(name, params, url) {
    this.granted.agentConfig = null
    const isOld = compareVersions(this.host.settings.version, OLDEST_WITHOUT_CONFIG) < 0
    if (isOld && this.granted.config?.url !== url) return this.refuse(name, 'config first')
    const verdict = await this.host.server.verify({
      kind: 'agent_config',
      corpid: params.corpid,
      agentid: params.agentid,
      url,
      timestamp: params.timestamp,
      noncestr: params.nonceStr,
      signature: params.signature,
    })
    if (!verdict.ok) return this.refuse(name, withoutCode(verdict.reason))
    this.granted.agentConfig = { url, apis: new Set(params.jsApiList) }
    return { err_msg: `${name}:ok` }
  }

  checkJsApi(params, url) {
    const asked = (params.jsApiList ?? []).map((name) => [
      name,
      KNOWN.has(name) && this.missingGrant(name, url) === null,
    ])
    return { err_msg: 'checkJsApi:ok', checkResult: Object.fromEntries(asked) }
  }

  async send(name, params) {
    const context = this.look()
    const { sendMode, textLimit } = this.host.settings
    if (!ENTRIES[context.entry]?.send) return this.refuse(name, 'no permission')
    if (!context.externalUserId && !context.chatId)
      return this.refuse(name, 'without context of external contact')
    const problem = problemOf(params, { entry: context.entry, textLimit })
    if (problem) return this.refuse(name, problem)
    const message = plainMessage(params)
    if (sendMode === 'draft') {
      this.host.client.draft(context, message)
      return { err_msg: `${name}:ok` }
    }
    if (sendMode === 'confirm' && !(await this.host.client.confirm(context, message)))
      return this.refuse(name, 'cancel')
    const sent = await this.host.server.send(sendingOf(context, message))
    return sent.ok ? { err_msg: `${name}:ok` } : this.refuse(name, sent.reason)
  }
}

const OWN_CALLS = {
  getContext(page, name) {
    const isOld = compareVersions(page.host.settings.version, OLDEST_WITHOUT_CONFIG) < 0
    return isOld
      ? page.refuse(name, 'function_not_exist')
      : { err_msg: `${name}:ok`, entry: page.look().entry }
  },
  getCurExternalContact(page, name) {
    const { entry, externalUserId } = page.look()
    if (!ENTRIES[entry]?.contact || !externalUserId)
      return page.refuse(name, 'without context of external contact')
    return { err_msg: `${name}:ok`, userId: externalUserId }
  },
  getCurExternalChat(page, name) {
    const { entry, chatId } = page.look()
    if (!ENTRIES[entry]?.chat || !chatId) return page.refuse(name, 'without context of external contact')
    return { err_msg: `${name}:ok`, chatId }
  },
  sendChatMessage: (page, name, params) => page.send(name, params),
}

async function performedByClient(page, name, params) {
  const answer = await page.host.client.perform(name, params)
  if (answer?.refused) return page.refuse(name, answer.refused)
  return { err_msg: `${name}:ok`, ...answer }
}

/** What the simulator's server needs to put the bubble into the chat. */
export function sendingOf({ userid, entry, externalUserId, chatId }, message) {
  const chat = externalUserId ? { external_userid: externalUserId } : { chat_id: chatId }
  return { userid, entry, chat, message }
}

function isFinal({ hang, reason, response }) {
  return Boolean(hang) || reason !== undefined || response !== undefined
}

/** "40093 invalid jsapi signature" → WeCom's words; clients do not show the number. */
function withoutCode(reason) {
  return reason.replace(/^\d+\s+/, '')
}

/** Configuration calls are about the signature; in all others it is noise that the SDK repeats. */
function withoutSignature(name, params) {
  if (!params || name === 'agentConfig' || name === 'preVerifyJSAPI') return params
  return Object.fromEntries(Object.entries(params).filter(([key]) => !SIGNATURE_PARAMS.test(key)))
}
