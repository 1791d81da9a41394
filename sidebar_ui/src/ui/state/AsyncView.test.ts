import { render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { computed, nextTick, ref, type Ref } from 'vue'

import { ApiProblem } from '@api/problem'

import AsyncView from './AsyncView.vue'

function query<T>(data: T | undefined, error: Error | null = null) {
  const found = { data: ref(data) as Ref<T | undefined>, error: ref(error), dataUpdatedAt: ref(Date.now()), refetch: vi.fn(async () => undefined) }
  return { ...found, isPending: computed(() => found.data.value === undefined && found.error.value === null) }
}

const view = (props: object, slots: Record<string, string> = {}) =>
  render(AsyncView, {
    props: props as never,
    slots: { default: '<template #default="{ data }">内容 {{ data }}</template>', empty: '还没有话术', no_results: '没有找到话术', ...slots },
  })

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

test('a short wait shows nothing, a longer one a skeleton that stays long enough to be read', async () => {
  const pending = query<string[]>(undefined)
  view({ query: pending })
  await vi.advanceTimersByTimeAsync(140)
  expect(screen.queryByRole('status')).toBeNull()

  await vi.advanceTimersByTimeAsync(20)
  expect(screen.getByRole('status', { name: '正在加载' })).toBeTruthy()

  pending.data.value = ['尺码']
  await nextTick()
  expect(screen.queryByText(/内容/)).toBeNull()
  await vi.advanceTimersByTimeAsync(310)
  expect(screen.getByText(/内容/)).toBeTruthy()
})

test('a failed list never looks like an empty one', async () => {
  const failed = query<string[]>(undefined, new ApiProblem('server_error', '服务器出错了。', {}, 'req-7F3A21BC', 500))
  view({ query: failed })
  expect(screen.getByRole('alert').textContent).toContain('这一块没有打开（编号 7F3A21BC）')
  expect(screen.queryByText('还没有话术')).toBeNull()

  await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: '重试' }))
  expect(failed.refetch).toHaveBeenCalledOnce()
})

test('a refresh that fails keeps the content and says how old it is', () => {
  view({ query: query(['尺码'], new ApiProblem('no_answer', '没有回应')) })
  expect(screen.getByText(/内容/)).toBeTruthy()
  expect(screen.getByRole('status').textContent).toContain('刷新失败')
})

test('nothing yet and nothing found are two different sentences', async () => {
  const { rerender } = view({ query: query<string[]>([]) })
  expect(screen.getByText('还没有话术')).toBeTruthy()
  await rerender({ isFiltered: true })
  expect(screen.getByText('没有找到话术')).toBeTruthy()
})

test('a slot named like the problem takes the place of the general error', () => {
  view({ query: query(undefined, new ApiProblem('customer_not_synced', '…')) }, { customer_not_synced: '资料还在同步' })
  expect(screen.getByText('资料还在同步')).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})
