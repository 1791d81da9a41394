import createClient, { type Middleware } from 'openapi-fetch'

import { ApiProblem, noAnswer, problemOf, tooSlow } from './problem'
import type { paths } from './schema'
import { signedOut } from './signedOut'

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never
type Operation<P extends keyof paths, M extends keyof paths[P]> = paths[P][M]
type Responses<O> = O extends { responses: infer R } ? R : never
type Body<O> = O extends { requestBody?: infer B } ? B : never

/** What the server answers: `AnswerOf<'/api/me', 'get'>`. The only way to name a type of the server. */
export type AnswerOf<P extends keyof paths, M extends keyof paths[P]> = Json<
  Responses<Operation<P, M>>[keyof Responses<Operation<P, M>> & (200 | 201 | 202)]
>
/** What the server wants to be told: `BodyOf<'/api/checks', 'post'>`. */
export type BodyOf<P extends keyof paths, M extends keyof paths[P]> = Json<NonNullable<Body<Operation<P, M>>>>

/** How long a person waits before the page says something. */
const LIMIT_READ = 15_000
const LIMIT_CHANGE = 30_000

/** fetch with an end: our own limit, or the caller's signal, whichever is first. */
async function limitedFetch(request: Request): Promise<Response> {
  const limit = new AbortController()
  const caller = request.signal
  const passOn = () => limit.abort(caller.reason)
  if (caller.aborted) passOn()
  caller.addEventListener('abort', passOn)
  let isLate = false
  const timer = setTimeout(
    () => {
      isLate = true
      limit.abort()
    },
    request.method === 'GET' ? LIMIT_READ : LIMIT_CHANGE,
  )
  try {
    const response = await fetch(new Request(request, { signal: limit.signal }))
    // The body counts as part of the wait: a stalled download must end as well.
    const body = response.status === 204 ? null : await response.blob()
    return new Response(body, { status: response.status, headers: response.headers })
  } catch (error) {
    if (isLate) throw tooSlow()
    if (caller.aborted) throw error
    throw noAnswer()
  } finally {
    clearTimeout(timer)
    caller.removeEventListener('abort', passOn)
  }
}

const house: Middleware = {
  onRequest({ request }) {
    if (request.method === 'GET') return
    // A form of another site can set neither: this is our guard against forged requests.
    request.headers.set('X-Requested-With', 'guidedesk')
    request.headers.set('Content-Type', 'application/json')
  },
  async onResponse({ response }) {
    if (response.ok) return
    const problem = await problemOf(response)
    if (problem.code === 'not_signed_in') signedOut.value = true
    throw problem
  },
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: limitedFetch,
  credentials: 'same-origin',
})
api.use(house)

interface Settled<T> {
  data?: T
  response: Response
}

/**
 * The data of an answer. Failures are thrown as ApiProblem by the middleware already; what is left is
 * an answer without the promised content.
 */
export async function answer<T>(call: Promise<Settled<T>>): Promise<NonNullable<T>> {
  const { data, response } = await call
  if (data === undefined || data === null) {
    throw new ApiProblem('empty_answer', '服务器的回答是空的，请稍后再试。', {}, null, response.status)
  }
  return data as NonNullable<T>
}

/** For calls that answer 204. */
export async function done(call: Promise<{ response: Response }>): Promise<void> {
  await call
}
