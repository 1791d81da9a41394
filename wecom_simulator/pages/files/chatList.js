/** The left column: 群发助手, the app, then customers and groups, newest first. */

import { $, faceOf, fill, h, icon, shortTimeOf } from './dom.js'

export const TASKS = 'tasks'
const SHOWN = 300

export function chatList({ onOpen }) {
  const list = $('#chats')
  let state = null

  $('#search').addEventListener('input', () => render())
  list.addEventListener('click', ({ target }) => {
    const button = target.closest('button[data-chat]')
    if (button) onOpen(button.dataset.chat)
  })
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const buttons = [...list.querySelectorAll('button')]
    buttons[
      Math.min(Math.max(buttons.indexOf(document.activeElement) + step, 0), buttons.length - 1)
    ]?.focus()
  })

  function show(next) {
    state = next
    render()
  }

  function render() {
    if (!state) return
    const wanted = $('#search').value.trim().toLowerCase()
    const rows = state.chats.filter((chat) => !wanted || chat.name.toLowerCase().includes(wanted))
    const pinned = rows.filter((chat) => chat.kind === 'app')
    const others = rows.filter((chat) => chat.kind !== 'app')
    const shown = [...pinned, ...others].slice(0, SHOWN)
    const waiting = state.tasks.filter((task) => task.status === 0 && !task.cancelled).length
    const key = JSON.stringify([state.open, waiting, wanted, shown])
    const hadFocus = document.activeElement?.closest?.('#chats') ? document.activeElement.dataset.chat : null
    const changed = fill(
      list,
      key,
      !wanted && tasksRow(waiting),
      shown.map(row),
      rows.length === 0 && wanted && h('li.nothing', {}, `没有名字含「${wanted}」的会话`),
      rows.length > SHOWN && h('li.nothing', {}, `还有 ${rows.length - SHOWN} 个，请搜索`),
    )
    if (changed && hadFocus) list.querySelector(`[data-chat="${CSS.escape(hadFocus)}"]`)?.focus()
  }

  function tasksRow(waiting) {
    return button({
      key: TASKS,
      face: h('span.face.face-icon', {}, icon('megaphone')),
      name: '群发助手',
      last: waiting ? `${waiting} 条待确认` : '没有待确认的群发',
      unread: waiting,
    })
  }

  function row(chat) {
    return button({
      key: chat.chat,
      face: faceOf(chat),
      name: chat.name,
      label: chat.kind === 'single' ? '@微信' : chat.kind === 'app' ? '应用' : '',
      last: chat.friend ? (chat.last?.text ?? '') : '已把你删除',
      time: chat.last ? shortTimeOf(chat.last.at, state.now) : '',
      unread: chat.unread,
    })
  }

  function button({ key, face, name, label, last, time, unread }) {
    const isOpen = key === state.open
    return h(
      'li',
      {},
      h(
        'button.chat-row',
        {
          type: 'button',
          'data-chat': key,
          'aria-current': isOpen ? 'true' : undefined,
          tabindex: isOpen ? '0' : '-1',
        },
        face,
        h(
          'span.chat-name',
          {},
          h('span.cut', {}, name),
          label && h(label === '@微信' ? 'em.wechat' : 'em', {}, label),
        ),
        h('span.chat-time', {}, time ?? ''),
        h('span.chat-last.cut', {}, last),
        unread ? h('span.badge', {}, String(Math.min(unread, 99)), h('span.unseen', {}, ' 条未读')) : null,
      ),
    )
  }

  return { show }
}
