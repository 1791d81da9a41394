/** 回调线路: whether the app hears of what happens, what was sent, and how the line may misbehave. */

import { post, get } from '../api.js'
import { attempt, told, fill, secondOf, h, say } from '../dom.js'

const SHARES = [
  [0, '从不'],
  [0.2, '五次里一次'],
  [0.5, '一半'],
  [1, '每次'],
]
const DELAYS = [
  [0, '不延迟'],
  [3, '晚 3 秒'],
  [25, '晚 25 秒（欢迎语会过期）'],
  [300, '晚 5 分钟'],
]
const STATES = { pending: '等待发送', delivered: '已送达', lost: '已丢失', failed: '没有送达' }
const SHOWN = 12

export function callbackLine(place) {
  const status = h('div.status')
  const levers = h('div.levers')
  const list = h('ol.log', { 'aria-label': '最近的回调' })
  const verify = h('button', { type: 'button', onclick: attempt(verifyUrl) }, '验证回调地址')
  const deliver = h('button', { type: 'button', onclick: attempt(deliverNow) }, '立刻发送等待中的')
  place.append(
    h('h2', { id: 'callbacks-title' }, '回调线路'),
    status,
    h('div.buttons', {}, verify, deliver),
    levers,
    h('h3', {}, '最近的回调'),
    list,
  )

  async function refresh() {
    const line = await get('callbacks')
    const { sent, ...settings } = line
    fill(status, JSON.stringify(settings), statusOf(settings))
    fill(levers, JSON.stringify(settings), leversOf(settings))
    fill(
      list,
      JSON.stringify(sent.slice(0, SHOWN)),
      sent.slice(0, SHOWN).map(row),
      !sent.length && h('li.nothing', {}, '还没有发生什么。到聊天里扫一次码试试。'),
    )
    deliver.disabled = settings.pending === 0
  }

  async function verifyUrl() {
    const { ok, reason } = await post('callbacks/verify')
    say(ok ? '回调地址通过了验证' : `没有通过：${reason}`, ok ? 'plain' : 'problem')
  }

  async function deliverNow() {
    await post('callbacks/deliver')
    await refresh()
  }

  function leversOf(line) {
    return [
      choice('丢失', 'lose', SHARES, line),
      choice('重复', 'duplicate', SHARES, line),
      choice('延迟', 'delay', DELAYS, line),
      tick('打乱先后', 'reorder', line),
      tick('回答不是 200 也重试', 'retry_on_non_200', line),
      tick('自动发送', 'automatic', line),
    ]
  }

  function choice(label, name, options, line) {
    const known = options.some(([value]) => value === line[name])
      ? options
      : [...options, [line[name], String(line[name])]]
    const select = h(
      'select',
      {},
      known.map(([value, text]) =>
        h('option', { value: String(value), selected: value === line[name] }, text),
      ),
    )
    select.addEventListener(
      'change',
      told(() => change({ [name]: Number(select.value) })),
    )
    return h('label', {}, h('span', {}, label), select)
  }

  function tick(label, name, line) {
    const box = h('input', { type: 'checkbox', checked: line[name] })
    box.addEventListener(
      'change',
      told(() => change({ [name]: box.checked })),
    )
    return h('label', {}, box, h('span', {}, label))
  }

  async function change(values) {
    await post('callbacks', values)
    await refresh()
  }

  return { refresh }
}

function statusOf({ configured, url, verified, pending }) {
  if (!configured)
    return h('p.warn', {}, '没有配置回调：请设置 WECOM_CALLBACK_TOKEN 和 WECOM_ENCODING_AES_KEY。')
  return [
    h('p', {}, '发到 ', h('code', {}, url)),
    h('p', {}, verified ? '地址已验证' : '地址还没有验证', pending ? `，${pending} 条等待发送` : ''),
  ]
}

function row(delivery) {
  const last = delivery.attempts.at(-1)
  const why = last && (last.error || (last.status !== 200 && `HTTP ${last.status}`))
  const words = [
    STATES[delivery.state],
    delivery.attempts.length > 1 && `${delivery.attempts.length} 次`,
    why,
  ].filter(Boolean)
  const isBad = delivery.state === 'lost' || delivery.state === 'failed'
  return h(
    'li',
    {},
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('time', {}, secondOf(delivery.created_at)),
        h('code.cut', {}, delivery.event.replace(/^change_external_contact\//, '')),
        h(isBad ? 'span.bad.cut' : 'span.cut', {}, words.join('，')),
      ),
      h('pre', {}, delivery.plaintext),
    ),
  )
}
