import { api, answer, type BodyOf } from '@api/client'
import { asProblem } from '@api/problem'

export interface Report extends Pick<BodyOf<'/api/outbound/sidebar-sends/{intent_id}/outcome', 'post'>, 'part' | 'outcome'> {
  intentId: string
  raw: string | null
}

export interface Reports {
  /** Tells the server, in the order given; what cannot be told now is kept and told later. */
  tell: (report: Report) => void
  /** How many are still waiting. */
  waiting: () => number
}

const KEY = 'reports.v1'
const PAUSES = [2_000, 5_000, 15_000, 60_000]

/**
 * Outcomes on their way to the server. Only the report is ever repeated, never the message. Kept in
 * the browser across visits: ids and outcomes, no text and no customer.
 *
 * :param onTold: hears when the server's record has changed.
 */
export function makeReports(onTold: () => void, storage: Storage = localStorage): Reports {
  let queue = read(storage)
  let isRunning = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(report: Report): void {
    queue = [...queue, report]
    write(storage, queue)
    void run()
  }

  async function run(): Promise<void> {
    if (isRunning) return
    clearTimeout(timer)
    isRunning = true
    while (queue.length > 0) {
      if (!(await deliver(queue[0]!))) {
        timer = setTimeout(() => void run(), PAUSES[Math.min(failures++, PAUSES.length - 1)])
        break
      }
      failures = 0
      queue = queue.slice(1)
      write(storage, queue)
      if (queue.length === 0) onTold()
    }
    isRunning = false
  }

  addEventListener('online', () => void run())
  void run()
  return { tell, waiting: () => queue.length }
}

/** Tells it at once, or throws why not: of a further part that the word list stops by now, that it does. */
export function tellNow({ intentId, part, outcome, raw }: Report) {
  const body = { part, outcome, raw: raw === null ? null : raw.slice(0, 500) }
  return answer(api.POST('/api/outbound/sidebar-sends/{intent_id}/outcome', { params: { path: { intent_id: intentId } }, body }))
}

/** True when the report needs no further try: the server has it, or will never take it. */
async function deliver(report: Report): Promise<boolean> {
  try {
    await tellNow(report)
    return true
  } catch (error) {
    const problem = asProblem(error)
    const isLater = problem.isPassing || problem.code === 'not_signed_in' || problem.status === 429
    return !isLater
  }
}

function read(storage: Storage): Report[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as Report[]).slice(-200) : []
  } catch {
    return []
  }
}

function write(storage: Storage, queue: readonly Report[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(queue))
  } catch {
    // Without storage the queue lives as long as the page.
  }
}
