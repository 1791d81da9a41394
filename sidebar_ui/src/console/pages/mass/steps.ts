import { isUnderway, type MassMessage } from '@domain/mass'

export type Step = 'audience' | 'text' | 'time' | 'approval' | 'progress'

const WORDS: Readonly<Record<Step, string>> = { audience: '发给谁', text: '发什么', time: '什么时候', approval: '审批', progress: '进度' }

/** The steps that there are for this message: progress only once there is some. */
export function stepsOf(message: MassMessage): { step: Step; word: string }[] {
  const all = Object.keys(WORDS) as Step[]
  const shown = all.filter((step) => step !== 'progress' || (isUnderway(message.state) && message.counts.senders > 0))
  return shown.map((step) => ({ step, word: WORDS[step] }))
}

export function nextOf(message: MassMessage, step: Step): Step | null {
  const steps = stepsOf(message).map((one) => one.step)
  return steps[steps.indexOf(step) + 1] ?? null
}
