/** What may happen between the two, or in the group, besides talking. Each sends the callback that WeCom would send. */

import { act } from './api.js'
import { attempt, h, icon, openDialog, say } from './dom.js'

export function relationMenu(chat, { me, onChange }) {
  const choices = CHOICES[chat.kind]
  if (!choices) return ''
  const items = choices(chat, me).map(([label, what]) => {
    const item = h('button', { type: 'button' }, label)
    item.addEventListener(
      'click',
      attempt(async () => {
        menu.open = false
        if ((await what()) === null) return
        say(`${label}：已发生，回调正在发送`)
        await onChange()
      }),
    )
    return h('li', {}, item)
  })
  const menu = h(
    'details.menu',
    {},
    h('summary', { 'aria-label': '让别的事发生' }, icon('more')),
    h('ul', {}, items),
  )
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return
    menu.open = false
    menu.firstElementChild.focus()
  })
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget)) menu.open = false
  })
  return menu
}

const CHOICES = {
  single: (chat, me) => {
    const pair = { external_userid: chat.external_userid, userid: me.userid }
    return [
      [`${chat.name} 把 ${me.name} 删除`, () => act('customer_deletes', pair)],
      [`${me.name} 把 ${chat.name} 删除`, () => act('member_deletes_customer', pair)],
      [
        '在企业微信里改备注',
        () => withText('新的备注', chat.name, (remark) => act('member_edits_customer', { ...pair, remark })),
      ],
      [`${chat.name} 再加一次`, () => act('customer_adds_member', pair)],
    ]
  },
  group: (chat) => [
    [
      '改群名',
      () => withText('新的群名', '', (name) => act('group_renamed', { chat_id: chat.chat_id, name })),
    ],
    [
      '发群公告',
      () => withText('公告', '', (notice) => act('group_notice_changed', { chat_id: chat.chat_id, notice })),
    ],
    ['解散这个群', () => act('group_dismissed', { chat_id: chat.chat_id })],
  ],
}

async function withText(label, before, then) {
  const input = h('input', { type: 'text', required: true, autocomplete: 'off' })
  input.value = before
  const pressed = await openDialog({
    title: label,
    content: h('label.field', {}, label, input),
    actions: [
      h('button', { value: '', formnovalidate: '' }, '取消'),
      h('button.primary', { value: 'ok' }, '确定'),
    ],
  })
  return pressed === 'ok' ? then(input.value) : null
}
