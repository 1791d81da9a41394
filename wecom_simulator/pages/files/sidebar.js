/** The right column: the real sidebar in a frame, and the host that stands around it. */

import { post } from './api.js'
import { $, h, icon } from './dom.js'
import { performer } from './performer.js'
import { settings } from './settings.js'
import { connectFrame } from '/host/frame.js'
import { Host } from '/host/host.js'
import { summaryOf } from '/host/messages.js'
import { frameName } from '/host/platforms.js'

const PAGE = '/sidebar/'
const ENTRY_OF_KIND = { single: 'single_chat_tools', group: 'group_chat_tools' }

const server = {
  verify: (asked) => post('jssdk/verify', asked),
  send: (sending) => post('jssdk/send-chat-message', sending),
}

/** :param open: {chat(), me(), byIds(ids)}: what is open in the client, and opening something else. */
export function sidebar({ open, talk }) {
  let frame = null
  /** In the app's own chat the client shows no sidebar; from the workbench the page opens all the same. */
  let fromWorkbench = false

  const client = {
    draft: talk.draft,
    confirm: (_context, message) => talk.confirm(summaryOf(message), open.chat()?.name ?? ''),
    perform: performer({ openByIds: open.byIds, closeSidebar }),
  }
  const host = new Host({ server, client, settings })
  const line = connectFrame(() => frame, host, look)
  const head = h('header.side-head')
  const body = h('div.side-body')
  $('#side').append(head, body)

  const hasToolbar = () => open.chat()?.kind in ENTRY_OF_KIND

  /** What the client knows of the chat that is open now. */
  function look() {
    const chat = open.chat()
    const entry = settings.entry === 'auto' ? (ENTRY_OF_KIND[chat?.kind] ?? 'normal') : settings.entry
    return {
      entry,
      userid: open.me().userid,
      externalUserId: chat?.external_userid ?? undefined,
      chatId: chat?.chat_id ?? undefined,
    }
  }

  function chatChanged() {
    fromWorkbench = false
    if (settings.reopen || !frame || !hasToolbar()) reopen()
  }

  /** Somebody else holds the client now: the page on show is not theirs. */
  function drop() {
    line.drop()
    frame = null
    body.replaceChildren()
  }

  function reopen() {
    drop()
    if (hasToolbar() || fromWorkbench) {
      frame = h('iframe', { name: frameName(settings), src: PAGE, title: '导购台侧边栏' })
      body.replaceChildren(frame)
    } else {
      body.replaceChildren(
        placeholder('这里没有侧边栏。打开一位客户或一个客户群，它就会出现。', '从工作台打开'),
      )
    }
    showHead()
  }

  function closeSidebar() {
    drop()
    body.replaceChildren(placeholder('侧边栏关上了。', '再打开'))
    showHead()
  }

  function placeholder(words, label) {
    const button = h('button', { type: 'button' }, label)
    button.addEventListener('click', () => {
      fromWorkbench = true
      reopen()
    })
    return h('div.side-none', {}, h('p', {}, words), button)
  }

  function settingsChanged(needsNewPage) {
    Object.assign(host.settings, settings)
    if (needsNewPage && frame) reopen()
    else showHead()
  }

  function showHead() {
    const isPhone = settings.platform === 'ios' || settings.platform === 'android'
    head.replaceChildren(
      isPhone && frame ? iconButton('back', '返回', () => line.fire('historyBack')) : '',
      h('h2', {}, '导购台'),
      iconButton('reload', '重新打开侧边栏', reopen),
    )
  }

  return { host, chatChanged, drop, reopen, settingsChanged }
}

function iconButton(name, label, onclick) {
  return h('button.quiet', { type: 'button', 'aria-label': label, title: label, onclick }, icon(name))
}
