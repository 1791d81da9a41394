/** 接口故障: what the next calls to one endpoint will meet; and what was called lately. */

import { get, post, remove } from '../api.js'
import { attempt, fill, secondOf, h, say } from '../dom.js'

const KINDS = [
  ['频率超限 45009', { kind: 'answer', errcode: 45009 }],
  ['系统繁忙 -1', { kind: 'answer', errcode: -1 }],
  ['没有权限 48002', { kind: 'answer', errcode: 48002 }],
  ['access_token 失效 42001', { kind: 'answer', errcode: 42001 }],
  ['连接断开，什么也没做', { kind: 'reset' }],
  ['做了，但连接断开', { kind: 'reset', after_effect: true }],
  ['晚 6 秒回答', { kind: 'delay', seconds: 6 }],
  ['网关 502', { kind: 'http', status: 502 }],
  ['回答只有一半', { kind: 'truncated' }],
]
const SHOWN = 15

export function callFaults(place) {
  const path = h('select', {}, h('option', { value: '*' }, '任何接口'))
  const kind = h(
    'select',
    {},
    KINDS.map(([label], index) => h('option', { value: String(index) }, label)),
  )
  const times = h('input', { type: 'number', min: '1', max: '50', value: '1' })
  const waiting = h('ul.waiting')
  const calls = h('ol.log', { 'aria-label': '最近的接口调用' })
  const form = h(
    'form.levers',
    {},
    h('label', {}, h('span', {}, '接口'), path),
    h('label', {}, h('span', {}, '会怎样'), kind),
    h('label', {}, h('span', {}, '几次'), times),
    h('button', {}, '安排'),
  )
  form.addEventListener(
    'submit',
    attempt(async () => {
      const [label, fault] = KINDS[Number(kind.value)]
      const { faults } = await get('faults')
      const more = Array.from({ length: Number(times.value) || 1 }, () => fault)
      await post('faults', { path: path.value, faults: [...(faults[path.value] ?? []), ...more] })
      say(`已安排：${path.selectedOptions[0].textContent} ${label}`)
      await refresh()
    }),
  )
  const again = h('button.quiet', { type: 'button', onclick: attempt(() => refresh()) }, '刷新')
  place.append(
    h('h2', { id: 'faults-title' }, '接口故障'),
    h('p', {}, '导购台下一次调用这个接口时会遇到，用完就恢复。'),
    form,
    waiting,
    h('div.head-row', {}, h('h3', {}, '最近的接口调用'), again),
    calls,
  )

  async function refresh() {
    if (path.options.length === 1) {
      const { endpoints } = await get('endpoints')
      path.append(...endpoints.map((each) => h('option', { value: each.path }, each.path)))
    }
    const [{ faults }, { calls: recent }] = await Promise.all([get('faults'), get('calls', { limit: SHOWN })])
    fill(
      waiting,
      JSON.stringify(faults),
      Object.entries(faults).map(([name, row]) => waitingRow(name, row)),
    )
    fill(
      calls,
      JSON.stringify(recent),
      recent.map(callRow),
      !recent.length && h('li.nothing', {}, '导购台还没有调用过接口。'),
    )
  }

  function waitingRow(name, row) {
    const words = row.map(
      (each) => each.errcode ?? each.status ?? { reset: '断开', delay: '晚答', truncated: '半截' }[each.kind],
    )
    const clear = h('button.quiet', { type: 'button' }, '取消')
    clear.addEventListener(
      'click',
      attempt(async () => {
        await remove(`faults?path=${encodeURIComponent(name)}`)
        await refresh()
      }),
    )
    return h('li', {}, h('span', {}, h('code', {}, name), `　${words.join('，')}`), clear)
  }

  return { refresh }
}

function callRow({ path, method, query, body, at, answer }) {
  const errcode = answer?.errcode
  const words = errcode === undefined ? '' : errcode === 0 ? 'ok' : `${errcode} ${answer.errmsg ?? ''}`
  return h(
    'li',
    {},
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('time', {}, secondOf(at)),
        h('code.cut', {}, path),
        h(errcode ? 'span.bad.cut' : 'span.cut', {}, words),
      ),
      h('pre', {}, JSON.stringify({ method, query, body, answer }, null, 2)),
    ),
  )
}
