/** The middle column: who it is, the bubbles, the guide's input box, and a line to speak as the customer. */

import { groupMembers, post } from './api.js'
import { bubblesOf } from './bubbles.js'
import { attempt, fill, h, openDialog, say, told } from './dom.js'
import { drafts } from './drafts.js'
import { relationMenu } from './relationMenu.js'

export function conversation({ onChange }) {
  let place = null
  let parts = null
  let chat = null
  let me = null
  const kept = drafts()

  /** Another chat is opened: its parts are built anew. */
  function reset() {
    if (parts) kept.keep(chat.chat, parts.mine.value)
    parts = null
  }

  function show(target, state) {
    if (!state.chat) return
    place = target
    me = state.me
    chat = state.chat
    if (!parts) build()
    if (parts.speak) parts.speak.disabled = chat.kind === 'single' && !chat.friend
    fill(parts.title, JSON.stringify([chat.name, chat.friend]), title())
    showBubbles(state.messages, state.now)
  }

  /** New bubbles are added to the old ones, so that a screen reader says only the new, and the scrolled-up stay there. */
  function showBubbles(messages, now) {
    const keys = messages.map((message) => JSON.stringify(message))
    const shown = parts.shown
    if (keys.length === shown.length && keys.at(-1) === shown.at(-1)) return
    const view = parts.bubbles.parentElement
    const wasAtEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 60
    const isContinued = shown.length > 0 && shown.every((key, index) => key === keys[index])
    const start = isContinued ? shown.length : 0
    const before = start ? messages[start - 1].at : 0
    const added = bubblesOf(messages.slice(start), { me, kind: chat.kind, now, before })
    if (isContinued) parts.bubbles.append(...added)
    else parts.bubbles.replaceChildren(...added)
    parts.shown = keys
    if (wasAtEnd || !isContinued) view.scrollTop = view.scrollHeight
  }

  function build() {
    const bubbles = h('ol.bubbles', { 'aria-label': '消息', 'aria-live': 'polite' })
    parts = { title: h('div.talk-title'), bubbles, shown: [] }
    delete place.dataset.key
    place.replaceChildren(
      h('header.talk-head', {}, parts.title, relationMenu(chat, { me, onChange })),
      h('div.bubbles-place', { tabindex: '0', role: 'region', 'aria-label': '消息记录' }, parts.bubbles),
      guideBox(),
      chat.kind === 'app' ? '' : otherBox(),
    )
    kept.showCards(chat.chat, parts.cards)
  }

  function title() {
    const label = { single: '@微信', app: '应用消息' }[chat.kind]
    return [h('h1', {}, chat.name), label && h(chat.kind === 'single' ? 'em.wechat' : 'em', {}, label)]
  }

  function guideBox() {
    const to = chat.chat
    parts.mine = h('textarea', { rows: '3', 'aria-label': `${me.name} 的输入框`, placeholder: '输入消息' })
    parts.mine.value = kept.textOf(to)
    parts.cards = h('div.draft-cards')
    const form = h(
      'form.mine-box',
      {},
      parts.cards,
      parts.mine,
      h('div.box-foot', {}, h('span', {}, 'Enter 发送，Shift+Enter 换行'), h('button.primary', {}, '发送')),
    )
    sendsOnEnter(parts.mine, form)
    const box = parts.mine
    form.addEventListener(
      'submit',
      attempt(async () => {
        const text = box.value
        if (!text.trim() && !kept.hasCards(to)) {
          say('先写点什么再发送')
          return
        }
        if (text.trim()) {
          await post('messages', {
            chat: to,
            from: 'member',
            sender: me.userid,
            msgtype: 'text',
            text: { content: text },
          })
          box.value = ''
        }
        await kept.sendCards(to)
        if (to === chat.chat) kept.showCards(to, parts.cards)
        await onChange()
      }),
    )
    return form
  }

  /** Not part of WeCom: the other side's mouth. */
  function otherBox() {
    const to = chat.chat
    const input = h('input', { type: 'text', autocomplete: 'off', placeholder: '以客户的身份说点什么' })
    const who = chat.kind === 'group' ? h('select', { 'aria-label': '谁来说' }) : null
    if (who) fillSpeakers(who, chat.chat_id)
    parts.speak = h('button', {}, '替对方发')
    const form = h(
      'form.other-box',
      { 'aria-label': '扮演客户' },
      h('label', {}, h('span.other-name.cut', {}, who ? '群成员' : `${chat.name} 说`), who ? null : input),
      who,
      who ? input : null,
      parts.speak,
    )
    if (who) input.setAttribute('aria-label', '这位群成员说')
    form.addEventListener(
      'submit',
      attempt(async () => {
        if (!input.value.trim()) return
        const sender = who ? who.value : chat.external_userid
        const from = who?.selectedOptions[0]?.dataset.kind ?? 'customer'
        await post('messages', { chat: to, from, sender, msgtype: 'text', text: { content: input.value } })
        input.value = ''
        await onChange()
      }),
    )
    return form
  }

  const fillSpeakers = told(async (select, chatId) => {
    const members = await groupMembers(chatId)
    const others = members.filter((each) => each.id !== me.userid)
    others.sort((one, other) => (one.kind === other.kind ? 0 : one.kind === 'customer' ? -1 : 1))
    select.replaceChildren(
      ...others.map((each) =>
        h(
          'option',
          { value: each.id, 'data-kind': each.kind },
          each.kind === 'member' ? `${each.name}（同事）` : each.name,
        ),
      ),
    )
  })

  /** sendChatMessage in draft mode: into the input box, the person presses send. */
  function draft(context, message) {
    const key = chatKeyOf(context)
    if (message.msgtype !== 'text') kept.addCard(key, context, message)
    const isOpen = parts && chat.chat === key
    if (message.msgtype === 'text' && !isOpen) kept.keep(key, joined(kept.textOf(key), message.text.content))
    if (!isOpen) return
    if (message.msgtype === 'text') parts.mine.value = joined(parts.mine.value, message.text.content)
    else kept.showCards(key, parts.cards)
    parts.mine.focus()
    parts.mine.setSelectionRange(parts.mine.value.length, parts.mine.value.length)
    say('侧边栏把内容放进了输入框，按「发送」才会发出')
  }

  return { reset, show, draft, confirm: confirmSending }
}

export function chatKeyOf({ userid, externalUserId, chatId }) {
  return chatId ? `group:${chatId}` : `single:${userid}:${externalUserId}`
}

function joined(before, text) {
  return before.trim() ? `${before}\n${text}` : text
}

/** sendChatMessage in confirm mode: the client asks first. */
async function confirmSending(summary, receiver) {
  const pressed = await openDialog({
    title: `发送给 ${receiver}？`,
    content: h('p.asked', {}, summary),
    actions: [h('button', { value: 'cancel' }, '取消'), h('button.primary', { value: 'send' }, '发送')],
  })
  return pressed === 'send'
}

/** Enter sends; while an input method is composing it belongs to the input method. */
function sendsOnEnter(box, form) {
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    form.requestSubmit()
  })
}
