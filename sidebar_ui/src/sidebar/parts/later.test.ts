import { render, screen } from '@testing-library/vue'
import { expect, test, vi } from 'vitest'
import { h, type Component } from 'vue'

import { later } from './later'

const onPage = (part: Component, props: object) => render({ render: () => h('main', h(part, props)) })

test('a part that does not come says so, and the page can be opened again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  onPage(later(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module'))), { externalUserId: 'wmWang' })
  expect(await screen.findByText(/这一块没有读出来/)).toBeTruthy()
  screen.getByRole('button', { name: '重新打开' }).click()
  expect(reload).toHaveBeenCalledOnce()
})

test('a part on its way says so after a moment, then stands there with what it was given', async () => {
  let arrive: () => void = () => undefined
  const road = new Promise<void>((resolve) => (arrive = resolve))
  onPage(later(async () => (await road, import('@ui/state/EmptyState.vue'))), { title: '还没有反馈' })
  expect(await screen.findByText('正在打开…')).toBeTruthy()
  arrive()
  expect(await screen.findByText('还没有反馈')).toBeTruthy()
  expect(screen.queryByText('正在打开…')).toBeNull()
})
