import { answer, api, type AnswerOf } from '@api/client'
import { signInAddress } from '@api/signedOut'

import type { Registration, Signature } from '../host/calls'

/** The SDK asks for both signatures of one address at nearly the same time: one request serves both. */
const KEPT = 5_000

type Answer = AnswerOf<'/api/sidebar/js-sdk', 'get'>

const kept = new Map<string, { at: number; answer: Promise<Answer> }>()

function signatures(url: string): Promise<Answer> {
  const known = kept.get(url)
  if (known && Date.now() - known.at < KEPT) return known.answer
  const asked = answer(api.GET('/api/sidebar/js-sdk', { params: { query: { url } } }))
  kept.set(url, { at: Date.now(), answer: asked })
  asked.catch(() => kept.delete(url))
  return asked
}

const signature = (part: Answer['config']): Signature => ({
  timestamp: part.timestamp,
  nonceStr: part.nonce_str,
  signature: part.signature,
})

export async function registration(): Promise<Registration> {
  const { corp_id, agent_id } = await signatures(location.href.split('#')[0]!)
  return {
    corpId: corp_id,
    agentId: agent_id,
    configSignature: async (url) => signature((await signatures(url)).config),
    agentSignature: async (url) => signature((await signatures(url)).agent_config),
  }
}

const TRIED = 'signin.tried'
const AGAIN_AFTER = 30_000

/** Goes to sign in by itself, but not twice in a row: a broken sign-in must not turn in circles. */
export function goToSignIn(): boolean {
  const tried = Number(sessionStorage.getItem(TRIED) ?? 0)
  if (Date.now() - tried < AGAIN_AFTER) return false
  sessionStorage.setItem(TRIED, String(Date.now()))
  location.assign(signInAddress('/sidebar/'))
  return true
}
