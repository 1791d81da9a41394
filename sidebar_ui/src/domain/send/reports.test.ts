import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { server } from '@tests/support/server'

import { makeReports, type Report } from './reports'

const HANDED: Report = { intentId: '9', part: 0, outcome: 'handed', raw: null }

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

function serverThat(answers: (() => Response)[]) {
  const heard: string[] = []
  server.use(
    http.post('/api/outbound/sidebar-sends/:id/outcome', async ({ request }) => {
      heard.push(((await request.json()) as { outcome: string }).outcome)
      return (answers.shift() ?? (() => HttpResponse.json({ id: '9', state: 'handed', parts: [], check: {} })))()
    }),
  )
  return heard
}

test('a report that the server did not take is told again, in order, until it is taken', async () => {
  const heard = serverThat([() => HttpResponse.error(), () => new HttpResponse(null, { status: 503 })])
  const reports = makeReports(() => undefined)
  reports.tell({ ...HANDED, outcome: 'handing' })
  reports.tell(HANDED)
  await vi.advanceTimersByTimeAsync(20_000)
  await vi.waitFor(() => expect(heard).toEqual(['handing', 'handing', 'handing', 'handed']))
  expect(reports.waiting()).toBe(0)
})

test('what was not told yet survives the page', async () => {
  serverThat([() => HttpResponse.error()])
  makeReports(() => undefined).tell(HANDED)
  await vi.waitFor(() => expect(JSON.parse(localStorage.getItem('reports.v1') ?? '[]')).toHaveLength(1))

  const heard = serverThat([])
  const onTold = vi.fn()
  makeReports(onTold)
  await vi.waitFor(() => expect(onTold).toHaveBeenCalled())
  expect(heard).toContain('handed')
})

test('a report that the server will never take is let go', async () => {
  const heard = serverThat([() => HttpResponse.json({ code: 'not_found', message: '没有' }, { status: 404 })])
  const reports = makeReports(() => undefined)
  reports.tell(HANDED)
  await vi.waitFor(() => expect(reports.waiting()).toBe(0))
  expect(heard).toEqual(['handed'])
})
