import { sendText, type Answer } from './calls'
import type { Reason } from './failure'
import { isSame, openSubject, type Entry, type Subject } from './host'

/** What became of one text. `elsewhere`: another chat is open now, so nothing was tried. */
export type Outcome =
  | { kind: 'handed' }
  | { kind: 'cancelled'; raw: string }
  | { kind: 'refused'; reason: Reason; raw: string }
  | { kind: 'unknown'; raw: string }
  | { kind: 'elsewhere'; subject: Subject | null }

export interface Handing {
  text: string
  entry: Entry
  /** Whom the page shows: the text goes to them or to nobody. */
  subject: Subject
}

/**
 * Hands one text to WeCom, once. WeCom taking it is all that anybody can know here: it may have sent it
 * or put it into the input box.
 *
 * :param onLate: hears an answer that comes after `unknown` was told.
 */
export async function handOver(handing: Handing, onLate: (outcome: Outcome) => void): Promise<Outcome> {
  const now = await openSubject(handing.entry)
  if (!now.ok) {
    const raw = now.kind === 'silent' ? `${now.call}: no answer` : now.raw
    return { kind: 'refused', reason: now.kind === 'silent' ? 'no_customer' : now.reason, raw }
  }
  if (!isSame(now.value, handing.subject)) return { kind: 'elsewhere', subject: now.value }
  return outcomeOf(await sendText(handing.text, (answer) => onLate(outcomeOf(answer))))
}

function outcomeOf(answer: Answer<unknown>): Outcome {
  if (answer.ok) return { kind: 'handed' }
  if (answer.kind === 'silent') return { kind: 'unknown', raw: 'no answer within the limit' }
  if (answer.reason === 'cancelled') return { kind: 'cancelled', raw: answer.raw }
  return { kind: 'refused', reason: answer.reason, raw: answer.raw }
}
