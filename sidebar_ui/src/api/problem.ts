/** An answer other than success, from the server or from the way there. `message` is for people. */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly requestId: string | null = null,
    readonly status = 0,
  ) {
    super(message)
    this.name = 'ApiProblem'
  }

  /** Whether trying again by itself can help: nobody answered, or the server was in trouble. */
  get isPassing(): boolean {
    return this.code === 'no_answer' || this.status >= 500
  }

  /** The last letters of the request id: enough to find it in the log, short enough to read out. */
  get shortId(): string | null {
    return this.requestId ? this.requestId.slice(-8).toUpperCase() : null
  }
}

/** Our own sentence where the server's would not say enough. */
const SENTENCES: Readonly<Record<string, string>> = {
  not_signed_in: '登录已过期，请重新进入。',
  no_answer: '服务器没有回应，可能是网络断了。请稍后再试。',
  too_slow: '服务器太久没有回应。请稍后再试，不要连续点。',
  gateway_page: '网关返回了网页，不是系统的回答。请稍后再试，一直这样请告诉管理员。',
  check_unavailable: '检查服务没有回应，暂时不能发送。',
}

export const noAnswer = () => new ApiProblem('no_answer', SENTENCES.no_answer!)
export const tooSlow = () => new ApiProblem('too_slow', SENTENCES.too_slow!, {}, null, 504)

interface Body {
  code?: unknown
  message?: unknown
  details?: unknown
  request_id?: unknown
}

/** Reads a failed answer, whatever stands in it. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('X-Request-ID')
  const raw = await response.text().catch(() => '')
  const body = parse(raw)
  if (body === null) {
    const isPage = /^\s*</.test(raw)
    const message = isPage ? SENTENCES.gateway_page! : `服务器出错了（${response.status}）。请稍后再试。`
    return new ApiProblem(isPage ? 'gateway_page' : 'server_error', message, {}, requestId, response.status)
  }
  const code = typeof body.code === 'string' ? body.code : 'server_error'
  const message = typeof body.message === 'string' ? body.message : ''
  const details = isRecord(body.details) ? body.details : {}
  const id = typeof body.request_id === 'string' ? body.request_id : requestId
  return new ApiProblem(
    code,
    SENTENCES[code] ?? (message || '这一块没有打开，请稍后再试。'),
    details,
    id,
    response.status,
  )
}

/** What went wrong as a problem, for code that meets any error. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem('page_error', '这一块出错了，可先用其他功能。重新打开多半就好。')
}

/** Errors of single fields, as the server gave them: `details.fields`. */
export function fieldErrors(problem: ApiProblem): Readonly<Record<string, string>> {
  const fields = problem.details.fields
  if (!isRecord(fields)) return {}
  return Object.fromEntries(Object.entries(fields).map(([name, sentence]) => [name, String(sentence)]))
}

function parse(raw: string): Body | null {
  try {
    const body: unknown = JSON.parse(raw)
    return isRecord(body) ? body : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
