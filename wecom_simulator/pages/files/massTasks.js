/** 群发助手: the company's mass messages wait here until the guide confirms; WeCom sends nothing by itself. */

import { act } from './api.js'
import { attempt, fill, fullTimeOf, h, say } from './dom.js'

const KEY = 'simulator.ignored'
const SHOWN_NAMES = 12

export function massTasks({ onChange }) {
  let state = null
  let place = null
  let ignored = new Set(JSON.parse(localStorage.getItem(KEY) ?? '[]'))
  let showsIgnored = false

  function show(target, next) {
    place = target
    state = next
    render()
  }

  function render() {
    const hidden = state.tasks.filter((task) => isIgnored(task))
    const shown = showsIgnored ? state.tasks : state.tasks.filter((task) => !isIgnored(task))
    const toggle = h(
      'button.quiet',
      { type: 'button' },
      showsIgnored ? '收起已忽略的' : `显示已忽略的 ${hidden.length} 条`,
    )
    toggle.addEventListener('click', () => {
      showsIgnored = !showsIgnored
      render()
    })
    fill(
      place,
      `tasks ${JSON.stringify([state.tasks, [...ignored], showsIgnored])}`,
      h(
        'header.talk-head',
        {},
        h('div.talk-title', {}, h('h1', {}, '群发助手')),
        hidden.length ? toggle : null,
      ),
      h(
        'div.tasks',
        { tabindex: '0', role: 'region', 'aria-label': '群发任务' },
        shown.map(row),
        !shown.length && h('p.nothing', {}, '企业要你群发的消息会出现在这里。确认之前，客户什么也收不到。'),
      ),
    )
  }

  const isIgnored = (task) => task.status === 0 && ignored.has(`${task.userid} ${task.msgid}`)

  function row(task) {
    const names = task.receivers.slice(0, SHOWN_NAMES).map((each) => each.name)
    const more = task.receivers.length > SHOWN_NAMES ? ` 等 ${task.receivers.length} 个` : ''
    const unit = task.chat_type === 'group' ? '个群' : '位客户'
    return h(
      'article.task',
      {},
      h('header', {}, h('b', {}, stateOf(task)), h('small', {}, fullTimeOf(task.created_at))),
      task.text && h('p.task-text', {}, task.text),
      task.attachments.map((each) =>
        h('p.task-more', {}, `附件：${each[each.msgtype]?.title ?? each.msgtype}`),
      ),
      maySelect(task)
        ? null
        : h('p.task-to', {}, `发给 ${task.receivers.length} ${unit}：`, names.join('、'), more),
      task.reminders ? h('p.task-more', {}, `企业已提醒 ${task.reminders} 次`) : null,
      task.status === 0 && !task.cancelled ? buttons(task) : null,
    )
  }

  function buttons(task) {
    const picks = maySelect(task) ? groupPicks(task) : null
    const confirm = h('button.primary', { type: 'button' }, '确认发送')
    confirm.addEventListener(
      'click',
      attempt(async () => {
        confirm.disabled = true
        try {
          const chosen = picks && [...picks.querySelectorAll('input:checked')].map((each) => each.value)
          const body = { userid: task.userid, msgid: task.msgid, ...(chosen ? { chat_ids: chosen } : {}) }
          const { sent, failed } = await act('member_confirms_task', body)
          say(failed ? `发出 ${sent} 条，${failed} 条没有送达` : `发出 ${sent} 条`)
          await onChange()
        } finally {
          confirm.disabled = false
        }
      }),
    )
    const skip = h('button', { type: 'button' }, isIgnored(task) ? '不再忽略' : '忽略')
    skip.addEventListener('click', () => {
      const key = `${task.userid} ${task.msgid}`
      if (!ignored.delete(key)) ignored.add(key)
      localStorage.setItem(KEY, JSON.stringify([...ignored]))
      render()
    })
    return [picks, h('div.task-buttons', {}, skip, confirm)]
  }

  function groupPicks(task) {
    return h(
      'fieldset.task-groups',
      {},
      h('legend', {}, '发到哪些群'),
      task.receivers.map(({ chat_id: id, name }) =>
        h('label', {}, h('input', { type: 'checkbox', value: id, checked: true }), name),
      ),
    )
  }

  return { show }
}

function maySelect(task) {
  return task.chat_type === 'group' && task.allow_select && task.status === 0 && !task.cancelled
}

function stateOf(task) {
  if (task.cancelled) return '企业已停止'
  if (task.status === 0) return '待确认'
  const failed = Object.values(task.results).filter((result) => result !== 1).length
  return failed ? `已发送，${failed} 个没有送达` : '已发送'
}
