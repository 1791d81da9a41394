import type { ApiProblem } from '@api/problem'
import type { Hit } from '@domain/check'

/** What stands in WeCom now, when somebody changed it there meanwhile. */
export interface Theirs {
  remark: string
  description: string
}

export function theirsOf(problem: ApiProblem): Theirs | null {
  const theirs = problem.details.theirs
  if (problem.code !== 'changed_in_wecom' || typeof theirs !== 'object' || theirs === null) return null
  const { remark, description } = theirs as Record<string, unknown>
  return { remark: typeof remark === 'string' ? remark : '', description: typeof description === 'string' ? description : '' }
}

/** The passages that stopped a text, from the server's refusal. */
export function hitsOf(problem: ApiProblem): readonly Hit[] {
  const verdict = problem.details.check
  if (problem.code !== 'blocked_by_words' || typeof verdict !== 'object' || verdict === null) return []
  const { hits } = verdict as { hits?: unknown }
  return Array.isArray(hits) ? (hits as Hit[]) : []
}
