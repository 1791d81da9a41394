import { screen, waitFor } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import { visitConsole } from '@tests/support/console'
import { server } from '@tests/support/server'

const line = { key: 'advertising', name: '广告法', total: 6, before: 4, blocked: 4, held: 1, confirmed: 1, replaced: 0, recorded: 0, previewed: 9, series: [0, 0, 1, 5] }
const answer = { first_day: '2026-11-17', days: 4, items: [line], left_out: 0 }

function lists() {
  server.use(
    http.get('/api/lexicon/categories', () => HttpResponse.json({ items: [{ id: 'advertising', name: '广告法', entries: 1 }] })),
    http.get('/api/staff/stores', () => HttpResponse.json({ items: [] })),
  )
}

test('compliance reads a line in words and goes on to its hits', async () => {
  const asked: URLSearchParams[] = []
  lists()
  server.use(
    http.get('/api/hits/trends', ({ request }) => {
      asked.push(new URL(request.url).searchParams)
      return HttpResponse.json(answer)
    }),
  )
  const { router, user } = await visitConsole('/trends', ['compliance'])
  expect(await screen.findByRole('img', { name: '广告法：最多的一天是 11月20日，5 条；最后一天 5 条' })).toBeTruthy()
  expect(screen.getByText('多 50%')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '按门店' }))
  await user.click(screen.getByRole('button', { name: '90 天' }))
  await waitFor(() => expect(Object.fromEntries(asked[asked.length - 1]!)).toEqual({ by: 'store', days: '90' }))
  expect(router.currentRoute.value.query).toEqual({ by: 'store', days: '90' })
})

test('a store manager asks for counts of the own people and nothing else', async () => {
  server.use(http.get('/api/hits/counts', () => HttpResponse.json({ ...answer, items: [{ ...line, key: 'lin', name: '林晓' }] })))
  await visitConsole('/trends', ['store_manager'])
  expect(await screen.findByText('林晓')).toBeTruthy()
  expect(screen.queryByRole('link', { name: '林晓' })).toBeNull()
  expect(screen.queryByRole('button', { name: '按词' })).toBeNull()
  expect(screen.queryByRole('button', { name: /导出/ })).toBeNull()
})

test('a time without hits says what would stand here', async () => {
  lists()
  server.use(http.get('/api/hits/trends', () => HttpResponse.json({ ...answer, items: [] })))
  await visitConsole('/trends', ['compliance'])
  expect(await screen.findByText('这段时间没有命中')).toBeTruthy()
})
