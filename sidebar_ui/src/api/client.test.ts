import { http, HttpResponse } from 'msw'
import { afterEach, expect, test, vi } from 'vitest'

import { server } from '@tests/support/server'

import { answer, api, done } from './client'
import { signedOut } from './signedOut'

afterEach(() => {
  vi.useRealTimers()
  signedOut.value = false
})

const me = () => answer(api.GET('/api/me'))

test('a change carries what a form of another site cannot send', async () => {
  let headers = new Headers()
  server.use(http.post('/api/sign-out', ({ request }) => ((headers = request.headers), new HttpResponse(null, { status: 204 }))))
  await done(api.POST('/api/sign-out'))
  expect(headers.get('X-Requested-With')).toBe('guidedesk')
  expect(headers.get('Content-Type')).toBe('application/json')
})

test('a refusal arrives with its code, its sentence and its number', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json({ code: 'too_many', message: '太频繁了。', details: { retry_after_seconds: 60 }, request_id: '7F3A21BC' }, { status: 429 })))
  await expect(me()).rejects.toMatchObject({ code: 'too_many', message: '太频繁了。', shortId: '7F3A21BC', status: 429, details: { retry_after_seconds: 60 } })
})

test.each([
  ['a page of a gateway', new HttpResponse('<html>502</html>', { status: 502 }), 'gateway_page'],
  ['an empty error', new HttpResponse(null, { status: 500 }), 'server_error'],
  ['no network', HttpResponse.error(), 'no_answer'],
])('%s is told in words', async (_words, response, code) => {
  server.use(http.get('/api/me', () => response))
  await expect(me()).rejects.toMatchObject({ code })
})

test('a sign-in that is over is noticed once for all', async () => {
  server.use(http.get('/api/me', () => HttpResponse.json({ code: 'not_signed_in', message: 'x' }, { status: 401 })))
  await expect(me()).rejects.toMatchObject({ code: 'not_signed_in' })
  expect(signedOut.value).toBe(true)
})

test('a server that never answers ends the wait', async () => {
  vi.useFakeTimers()
  server.use(http.get('/api/me', () => new Promise(() => undefined)))
  const waiting = expect(me()).rejects.toMatchObject({ code: 'too_slow' })
  await vi.advanceTimersByTimeAsync(16_000)
  await waiting
})
