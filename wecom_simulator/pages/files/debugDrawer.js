/** Below the window: what the page asked of the client, how the next calls shall fail, and rarer settings. */

import { $, fill, h, say } from './dom.js'
import { choose, settings } from './settings.js'
import { ENTRIES } from '/host/entries.js'

const SHOWN_CALLS = 60
const APIS = [
  '*',
  'sendChatMessage',
  'getCurExternalContact',
  'getCurExternalChat',
  'getContext',
  'agentConfig',
  'preVerifyJSAPI',
]
const FAULTS = [
  ['没有权限', { reason: 'no permission' }],
  ['不在客户会话里', { reason: 'without context of external contact' }],
  ['用户取消', { reason: 'cancel' }],
  ['签名不对', { reason: 'invalid signature' }],
  ['不允许跨企业（小程序没关联）', { reason: 'not allow to cross corp' }],
  ['素材已过期', { reason: 'invalid mediaid' }],
  ['参数不对', { reason: 'invalid param' }],
  ['客户端没有这个接口', { reason: 'function_not_exist' }],
  ['永不回答', { hang: true }],
  ['照做，但永不回答', { hang: true, afterEffect: true }],
  ['晚 5 秒', { delay: 5_000 }],
  ['晚 70 秒', { delay: 70_000 }],
  ['回答 null', { response: null }],
  [
    '自相矛盾：errMsg 说 ok，errmsg 说没有权限',
    { response: { errMsg: 'x:ok', errmsg: 'fail_permission denied' } },
  ],
]

export function debugDrawer({ host, onReopen }) {
  const place = $('#drawer')
  const pending = h('ul.pending')
  const rows = new WeakMap()
  const log = h('ol.call-log', { 'aria-label': '桥接调用' })
  place.append(rareSettings(), faultForm(), h('section.calls', {}, h('h2', {}, '桥接调用'), log))
  host.onCall = render
  render()
  toggle(settings.debugging)

  function toggle(open = place.hidden) {
    place.hidden = !open
    $('#debug').setAttribute('aria-expanded', String(open))
    choose({ debugging: open })
  }

  function faultForm() {
    const api = h(
      'select',
      { 'aria-label': '哪个调用' },
      APIS.map((name) => h('option', { value: name }, name === '*' ? '任何调用' : name)),
    )
    api.value = 'sendChatMessage'
    const kind = h(
      'select',
      { 'aria-label': '会怎样' },
      FAULTS.map(([label], index) => h('option', { value: String(index) }, label)),
    )
    const times = h('input', { type: 'number', min: '1', max: '99', value: '1', 'aria-label': '几次' })
    const form = h(
      'form.faults',
      {},
      h('h2', {}, '下一次调用'),
      h('div.fault-fields', {}, api, kind, h('label', {}, times, ' 次'), h('button', {}, '安排')),
      pending,
    )
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const [label, fault] = FAULTS[Number(kind.value)]
      host.script({ api: api.value, label, times: Number(times.value) || 1, ...fault })
      say(`已安排：${label}`)
      render()
    })
    return form
  }

  function rareSettings() {
    const entries = [
      ['auto', '随会话'],
      ...Object.entries(ENTRIES).map(([name, { label }]) => [name, `${label} ${name}`]),
    ]
    const versions = [
      ['5.0.11', '5.0.11'],
      ['3.0.20', '3.0.20（旧，先 config）'],
    ]
    const delays = [
      [0, '立刻'],
      [600, '晚 600 毫秒'],
      [5000, '晚 5 秒'],
    ]
    const limits = [
      [0, '不限'],
      [1000, '1000 字'],
    ]
    const reopen = h('input', { type: 'checkbox', checked: settings.reopen })
    reopen.addEventListener('change', () => choose({ reopen: reopen.checked }))
    return h(
      'section.rare',
      {},
      h('h2', {}, '少用的设置'),
      select('从哪里打开', 'entry', entries),
      select('客户端版本', 'version', versions),
      select('桥出现', 'bridgeDelay', delays),
      select('发送字数上限', 'textLimit', limits),
      h('label', {}, reopen, h('span', {}, '切换会话时重新打开侧边栏')),
    )
  }

  function select(label, name, options) {
    const choice = h(
      'select',
      {},
      options.map(([value, text]) =>
        h('option', { value: String(value), selected: value === settings[name] }, text),
      ),
    )
    choice.addEventListener('change', () => {
      choose({ [name]: typeof settings[name] === 'number' ? Number(choice.value) : choice.value })
      Object.assign(host.settings, settings)
      if (name !== 'textLimit') onReopen()
    })
    return h('label', {}, h('span', {}, label), choice)
  }

  function render() {
    fill(pending, JSON.stringify(host.faults), host.faults.map(faultRow))
    log.replaceChildren(...host.calls.slice(-SHOWN_CALLS).reverse().map(rowOf))
  }

  /** A row stays the same element while its call does not change, so that what was unfolded stays so. */
  function rowOf(call) {
    const known = rows.get(call)
    if (known?.state === call.state) return known.element
    const element = callRow(call)
    rows.set(call, { state: call.state, element })
    return element
  }

  function faultRow(fault) {
    const remove = h('button.quiet', { type: 'button', 'aria-label': `取消：${fault.label ?? ''}` }, '取消')
    remove.addEventListener('click', () => {
      host.faults.splice(host.faults.indexOf(fault), 1)
      render()
    })
    const words = `${fault.api === '*' ? '任何调用' : fault.api}：${fault.label ?? JSON.stringify(fault)} × ${fault.times}`
    return h('li', {}, h('span', {}, words), remove)
  }

  return { toggle: () => toggle() }
}

function callRow(call) {
  const state = { waiting: '等待中', silent: '不回答' }[call.state] ?? answerWords(call.answer)
  const isBad = call.state === 'silent' || (call.state === 'answered' && !/:ok$/.test(state))
  return h(
    'li',
    {},
    h(
      'details',
      {},
      h(
        'summary',
        {},
        h('time', {}, new Date(call.at).toLocaleTimeString('zh-CN', { hour12: false })),
        h('code', {}, call.name),
        h(isBad ? 'span.bad.cut' : 'span.cut', {}, state),
      ),
      h(
        'pre',
        {},
        JSON.stringify(
          { url: call.url, params: call.params, answer: call.answer, seconds: call.seconds },
          null,
          2,
        ),
      ),
    ),
  )
}

function answerWords(answer) {
  if (answer === null) return 'null'
  return answer.err_msg ?? answer.errMsg ?? answer.errmsg ?? JSON.stringify(answer)
}
