import { readonly, shallowRef, type Ref } from 'vue'

import * as calls from './calls'
import type { Answer, Registration } from './calls'
import { wordsOf } from './failure'

export type Entry = 'single' | 'group' | 'kf' | 'profile' | 'attachment' | 'other'
export type Subject = { kind: 'customer'; externalUserId: string } | { kind: 'group'; chatId: string }
export type FailureKind = 'signature' | 'permission' | 'silent' | 'old_client' | 'other'

export type Host =
  | { kind: 'starting'; since: number }
  | { kind: 'outside' }
  | { kind: 'failed'; reason: FailureKind; raw: string }
  | { kind: 'ready'; entry: Entry; subject: Subject | null }

const ENTRIES: Readonly<Record<string, Entry>> = {
  single_chat_tools: 'single',
  group_chat_tools: 'group',
  single_kf_tools: 'kf',
  contact_profile: 'profile',
  chat_attachment: 'attachment',
}

export interface WeCom {
  state: Readonly<Ref<Host>>
  start: () => Promise<void>
  /** Asks again which chat is open; the PC client may keep this page while the guide moves on. */
  lookAgain: () => Promise<void>
}

/** :param registration: asked once, when the page really stands inside WeCom. */
export function makeHost(registration: () => Promise<Registration>): WeCom {
  const state = shallowRef<Host>({ kind: 'starting', since: Date.now() })
  let isRegistered = false
  let isLooking = false

  async function start(): Promise<void> {
    if (!calls.isInWeCom()) {
      state.value = { kind: 'outside' }
      return
    }
    state.value = { kind: 'starting', since: Date.now() }
    const failure = await connect()
    if (failure) state.value = failure
  }

  async function connect(): Promise<Host | null> {
    const bridge = await calls.bridge()
    if (!bridge.ok) return failed(bridge)
    if (!isRegistered) {
      guardRegistration()
      calls.register(await registration())
      isRegistered = true
    }
    const configured = await calls.configuration()
    if (!configured.ok) return failed(configured)
    const context = await calls.context()
    if (!context.ok) return failed(context)
    const entry = ENTRIES[context.value] ?? 'other'
    const subject = await openSubject(entry)
    if (!subject.ok) return failed(subject)
    state.value = { kind: 'ready', entry, subject: subject.value }
    return null
  }

  async function lookAgain(): Promise<void> {
    const before = state.value
    if (before.kind !== 'ready' || before.subject === null || isLooking) return
    isLooking = true
    const found = await openSubject(before.entry)
    isLooking = false
    // No answer is no news: what is shown stays, and each send asks once more.
    if (found.ok && state.value === before && !isSame(found.value, before.subject)) {
      state.value = { ...before, subject: found.value }
    }
  }

  return { state: readonly(state) as Readonly<Ref<Host>>, start, lookAgain }
}

/** Who or what the chat beside this page belongs to now. */
export async function openSubject(entry: Entry): Promise<Answer<Subject | null>> {
  if (entry === 'group') {
    const found = await calls.openGroup()
    return found.ok ? { ok: true, value: { kind: 'group', chatId: found.value } } : found
  }
  if (entry === 'single' || entry === 'kf' || entry === 'profile') {
    const found = await calls.openCustomer()
    return found.ok ? { ok: true, value: { kind: 'customer', externalUserId: found.value } } : found
  }
  return { ok: true, value: null }
}

export function isSame(one: Subject | null, other: Subject | null): boolean {
  return one?.kind === other?.kind && idOf(one) === idOf(other)
}

export function idOf(subject: Subject | null): string | null {
  if (subject === null) return null
  return subject.kind === 'customer' ? subject.externalUserId : subject.chatId
}

function failed(answer: Answer<unknown>): Host {
  if (answer.ok) throw new Error('an answer is not a failure')
  if (answer.kind === 'silent') return { kind: 'failed', reason: 'silent', raw: `${answer.call}: no answer` }
  const reason: FailureKind = /sign/i.test(answer.raw)
    ? 'signature'
    : answer.reason === 'no_permission' || answer.reason === 'not_configured'
      ? 'permission'
      : answer.reason === 'old_client'
        ? 'old_client'
        : 'other'
  return { kind: 'failed', reason, raw: answer.raw }
}

/** A refused configuration also rejects a promise inside the SDK that nobody else can catch. */
function guardRegistration(): void {
  addEventListener('unhandledrejection', (event) => {
    const words = wordsOf(event.reason)
    if (/config|preVerifyJSAPI|SDK Error/i.test(words)) event.preventDefault()
  })
}
