import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'

import { asProblem } from '@api/problem'
import { customerKeys, type Card } from '@domain/customer'
import type { Draft, Script } from '@domain/script'
import { ELSEWHERE, makeReports, next, pressId, REASON_WORDS, storeIntent, tellNow, type Report, type SendEvent, type SendState } from '@domain/send'
import { announce } from '@ui/a11y/announce'

import { handOver, type Outcome } from '../host/handOver'
import { idOf, type Entry, type Subject } from '../host/host'
import { makeDrafts } from './drafts'

/** What a press asks for: the texts as they stand on the screen. */
export interface SendRequest {
  script: Script | null
  title: string
  texts: readonly string[]
  blanks: Readonly<Record<string, string>>
  confirmedReason: string | null
}

/** One press, from the tap to its outcome. */
export interface Press {
  request: SendRequest
  pressId: string
  intentId: string | null
  /** What goes into the chat: as asked, or as the server cleared it. */
  texts: readonly string[]
  /** The part that is under way or was last. */
  part: number
  states: readonly SendState[]
  /** When the press was made. */
  at: number
  /** When the last text went to WeCom. */
  since: number
}

export interface Place {
  entry: Entry
  subject: Subject
}

export interface Send {
  press: Readonly<ShallowRef<Press | null>>
  isBusy: ComputedRef<boolean>
  /** The script whose preview is open. */
  preview: ShallowRef<Script | null>
  open: (script: Script) => void
  /** What was written into a script's preview in this chat, until it is handed over. */
  draftOf: (script: Script) => Draft
  start: (request: SendRequest) => Promise<void>
  nextPart: () => Promise<void>
  again: () => Promise<void>
  seenInChat: () => void
  dismiss: () => void
  /** The page turns to another chat. */
  leave: () => void
}

export const SEND: InjectionKey<Send> = Symbol('send')

/** Two taps on the same text within this time are one. */
const ONE_TAP = 1_000

const STORING: SendState = { name: 'storing', because: '' }
const isUnderWay = (state: SendState | undefined) => state?.name === 'storing' || state?.name === 'handing'

/** Whether some of several parts are handed over, and others not. */
export const isHalfway = ({ states }: Press) => states[0]?.name === 'handed' && states.some((state) => state.name !== 'handed')

/**
 * :param place: whose chat the page shows now; texts go there or nowhere.
 * :param lookAgain: told when WeCom turns out to have another chat open.
 */
export function makeSend(place: () => Place | null, lookAgain: () => Promise<void>): Send {
  const cache = useQueryClient()
  const press = shallowRef<Press | null>(null)
  const preview = shallowRef<Script | null>(null)
  const reports = makeReports(() => void cache.invalidateQueries({ queryKey: ['customers'] }))
  const isBusy = computed(() => isUnderWay(press.value?.states[press.value.part]))
  const drafts = makeDrafts()
  let isGone = false
  onScopeDispose(() => (isGone = true))

  function tell(id: string, part: number, event: SendEvent): void {
    const now = press.value
    if (isGone || now === null || now.pressId !== id) return
    const state = next(now.states[part]!, event)
    press.value = { ...now, states: now.states.map((one, at) => (at === part ? state : one)) }
  }

  async function start(request: SendRequest): Promise<void> {
    if (isBusy.value || isSameTap(request)) return
    await begin(request, pressId())
  }

  /** The second half of a double click may come after a quick answer: it is still the same press. */
  function isSameTap({ texts }: SendRequest): boolean {
    const last = press.value
    return last !== null && Date.now() - last.at < ONE_TAP && last.request.texts.join() === texts.join()
  }

  async function begin(request: SendRequest, id: string): Promise<void> {
    const where = place()
    if (where === null) return
    press.value = { request, pressId: id, intentId: null, texts: request.texts, part: 0, states: request.texts.map(() => STORING), at: Date.now(), since: Date.now() }
    try {
      const intent = await storeIntent({
        press_id: id,
        script_id: request.script?.id ?? null,
        entry: where.entry === 'group' ? 'group' : 'single',
        ...(where.subject.kind === 'group' ? { chat_id: where.subject.chatId } : { external_user_id: where.subject.externalUserId }),
        parts: request.texts.map((text) => ({ type: 'text', text })),
        blanks: { ...request.blanks },
        confirmed_reason: request.confirmedReason,
      })
      if (press.value?.pressId !== id) return
      // What may leave is what the server cleared: its list may have put other words in.
      const texts = intent.parts.map((part) => part.text)
      press.value = { ...press.value, intentId: intent.id, texts }
    } catch (error) {
      if (stopped(id, 0, error) && request.script) preview.value = request.script
      return
    }
    await handPart(id, 0, where)
  }

  /** True when the words are why: they have to be changed, or a reason given anew. */
  function stopped(id: string, part: number, error: unknown): boolean {
    const { code, message } = asProblem(error)
    const isAboutWords = code === 'blocked_by_words' || code === 'needs_confirmation'
    tell(id, part, { kind: isAboutWords ? 'blocked' : 'not_stored', because: message })
    return isAboutWords
  }

  async function handPart(id: string, part: number, where: Place): Promise<void> {
    const now = press.value
    if (now === null || now.intentId === null || now.pressId !== id) return
    const intentId = now.intentId
    press.value = { ...now, part, since: Date.now() }
    const handing: Report = { intentId, part, outcome: 'handing', raw: null }
    // The first part was checked a moment ago; since then another word list may have come into force.
    if (part === 0) reports.tell(handing)
    else
      try {
        await tellNow(handing)
      } catch (error) {
        return void stopped(id, part, error)
      }
    tell(id, part, { kind: 'stored' })
    const settle = (outcome: Outcome) => {
      tell(id, part, eventOf(outcome))
      if (outcome.kind === 'handed' && now.request.script) drafts.forget(now.request.script.id)
      const raw = 'raw' in outcome ? outcome.raw : null
      const told = outcome.kind === 'elsewhere' ? 'cancelled' : outcome.kind
      reports.tell({ intentId, part, outcome: told, raw: outcome.kind === 'elsewhere' ? 'page: another chat is open' : raw })
      if (outcome.kind === 'elsewhere') void lookAgain()
    }
    settle(await handOver({ text: now.texts[part]!, ...where }, settle))
  }

  function eventOf(outcome: Outcome): SendEvent {
    if (outcome.kind === 'refused') return { kind: 'refused', because: REASON_WORDS[outcome.reason] ?? REASON_WORDS.other! }
    if (outcome.kind === 'elsewhere') return { kind: 'elsewhere', because: ELSEWHERE(nameOf(outcome.subject)) }
    return { kind: outcome.kind }
  }

  function nameOf(subject: Subject | null): string | null {
    const id = idOf(subject)
    return id === null ? null : (cache.getQueryData<Card>(customerKeys.card(id))?.display_name ?? null)
  }

  /** Opening a preview is a new beginning: an outcome that was read makes room. Parts that wait still wait. */
  function open(script: Script): void {
    const now = press.value
    if (!isBusy.value && !(now && isHalfway(now) && now.request.script?.id === script.id)) press.value = null
    preview.value = script
  }

  async function nextPart(): Promise<void> {
    const now = press.value
    const where = place()
    if (now === null || where === null || isBusy.value || now.states[now.part]?.name !== 'handed') return
    if (now.part + 1 < now.request.texts.length) await handPart(now.pressId, now.part + 1, where)
  }

  /** What is left of the last press, as a new one. A press the server never took keeps its id. */
  async function again(): Promise<void> {
    const now = press.value
    const state = now?.states[now.part]
    if (!now || !state || isUnderWay(state) || state.name === 'handed') return
    if (now.intentId === null && state.name === 'not_stored') return begin(now.request, now.pressId)
    if (state.name === 'unknown') told(now, 'cancelled', 'page: the guide did not see it in the chat')
    await begin({ ...now.request, texts: now.request.texts.slice(now.part) }, pressId())
  }

  function seenInChat(): void {
    const now = press.value
    if (now === null || now.intentId === null || now.states[now.part]?.name !== 'unknown') return
    tell(now.pressId, now.part, { kind: 'seen_in_chat' })
    told(now, 'handed', 'page: the guide saw it in the chat')
    announce('已记下，消息在会话里')
  }

  function told({ intentId, part }: Press, outcome: 'handed' | 'cancelled', raw: string): void {
    if (intentId !== null) reports.tell({ intentId, part, outcome, raw })
  }

  function leave(): void {
    preview.value = null
    drafts.clear()
    // 「会话已切换」 is about this very turn, and a text under way still has to tell its end.
    const state = press.value?.states[press.value.part]
    if (!isUnderWay(state) && state?.name !== 'elsewhere') press.value = null
  }

  return {
    press,
    isBusy,
    preview,
    open,
    draftOf: (script) => drafts.of(script),
    start,
    nextPart,
    again,
    seenInChat,
    dismiss: () => (press.value = isBusy.value ? press.value : null),
    leave,
  }
}
