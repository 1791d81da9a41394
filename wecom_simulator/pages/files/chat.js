/** The chat page: plays one guide's WeCom client, with a hand in the customer's pocket. */

import { act, get, watch } from './api.js'
import { chatList, TASKS } from './chatList.js'
import { clientSettings } from './clientSettings.js'
import { conversation } from './conversation.js'
import { debugDrawer } from './debugDrawer.js'
import { $, attempt, h, icon, say, told } from './dom.js'
import { massTasks } from './massTasks.js'
import { pickGuide } from './pickGuide.js'
import { scanDialog } from './scanDialog.js'
import { choose, settings } from './settings.js'
import { sidebar } from './sidebar.js'
import { soleClient } from './soleClient.js'

const asked = new URLSearchParams(location.search)

/** What is shown; `open` is a chat key or TASKS. */
const state = {
  now: Date.now() / 1000,
  me: null,
  members: [],
  chats: [],
  tasks: [],
  open: null,
  messages: [],
}

const openChat = () => state.chats.find((chat) => chat.chat === state.open) ?? null
const list = chatList({ onOpen: told(open) })
const talk = conversation({ onChange: refresh })
const tasks = massTasks({ onChange: refresh })
const side = sidebar({ open: { chat: openChat, me: () => state.me, byIds: openByIds }, talk })
const drawer = debugDrawer({ host: side.host, onReopen: () => side.reopen() })
const client = soleClient({ onTakenBack: () => side.reopen() })

/** For browser tests: script faults and read calls without clicking. */
window.simulatedHost = side.host

async function start() {
  const { members } = await get('members')
  state.members = members.filter((each) => each.status === 1)
  const wanted = state.members.find((each) => each.userid === asked.get('as'))
  if (wanted) become(wanted)
  else await switchGuide()
  $('#who').addEventListener(
    'click',
    attempt(() => switchGuide()),
  )
  $('#scan').append(icon('scan'), '扫码添加')
  $('#scan').addEventListener(
    'click',
    attempt(() => scan()),
  )
  $('#debug').append(icon('bug'), '调试')
  $('#debug').addEventListener('click', () => drawer.toggle())
  clientSettings($('#client-settings'), { onChange: applySettings })
  applySettings({})
  watch(refresh, showTrouble)
  if (asked.has('scan')) scan(asked.get('scan'))
}

function become(member) {
  state.me = member
  Object.assign(state, { chats: [], tasks: [], open: null, messages: [] })
  document.title = `${member.name} · 模拟企业微信`
  const where = [member.position, ...member.department_names].filter(Boolean).join(' · ')
  $('#who').replaceChildren(
    h('img', { src: member.avatar, alt: '' }),
    h('span', {}, h('b', {}, member.name), h('small', {}, where)),
    h('span.unseen', {}, '，换一位成员'),
  )
  client.take(member)
  side.drop()
  const address = new URL(location.href)
  address.searchParams.set('as', member.userid)
  address.searchParams.delete('scan')
  history.replaceState(null, '', address)
}

async function switchGuide() {
  const chosen = await pickGuide(state.members, state.me)
  if (!chosen && state.me) return
  become(chosen ?? state.members.find((each) => each.position === '导购') ?? state.members[0])
  await refresh()
}

async function scan(configId = '') {
  const found = await scanDialog({ me: state.me, members: state.members, configId })
  if (!found) return
  if (found.userid !== state.me.userid) {
    const member = state.members.find((each) => each.userid === found.userid)
    say(`客户加到了 ${member?.name ?? found.userid}。要看会话，请换成这位成员。`)
    return
  }
  await refresh()
  open(found.chat)
}

async function refresh() {
  if (!state.me) return
  const { userid } = state.me
  const [chats, mine, clock] = await Promise.all([
    get('chats', { userid }),
    get('tasks', { userid }),
    get('clock'),
  ])
  if (userid !== state.me.userid) return
  Object.assign(state, { chats: chats.chats, tasks: mine.tasks, now: clock.now })
  const still = state.open === TASKS || openChat()
  if (!still) return open(firstChat())
  await showMessages()
  show()
}

/** Wanted by the address, else the newest chat with a customer. */
function firstChat() {
  const wanted = state.chats.find(
    (chat) => chat.chat === asked.get('chat') || chat.name === asked.get('chat'),
  )
  return (wanted ?? state.chats.find((chat) => chat.kind === 'single') ?? state.chats[0])?.chat ?? TASKS
}

async function open(key) {
  const isOther = key !== state.open
  state.open = key
  if (isOther) {
    state.messages = []
    talk.reset()
  }
  await showMessages()
  show()
  if (!isOther) return
  side.chatChanged()
  // As in the client: whoever opens the app's chat enters the app.
  if (openChat()?.kind === 'app') await act('member_enters_app', { userid: state.me.userid })
}

function openByIds({ chatId, externalUserId }) {
  const found = state.chats.find((chat) =>
    chatId ? chat.chat_id === chatId : chat.external_userid === externalUserId,
  )
  if (found) open(found.chat)
  return Boolean(found)
}

async function showMessages() {
  const key = state.open
  if (key === TASKS || !key) return
  const { messages } = await get('messages', { chat: key, userid: state.me.userid })
  if (key !== state.open) return
  state.messages = messages
  const chat = openChat()
  if (chat) chat.unread = 0
}

function show() {
  list.show(state)
  if (state.open === TASKS) tasks.show($('#talk'), state)
  else talk.show($('#talk'), { ...state, chat: openChat() })
}

function applySettings(change) {
  choose(change)
  document.documentElement.dataset.theme = settings.theme
  $('#side').style.setProperty('--side-width', `${settings.width}px`)
  const needsNewPage = ['platform', 'theme', 'version', 'bridgeDelay', 'entry'].some((name) => name in change)
  side.settingsChanged(needsNewPage)
}

function showTrouble(error) {
  $('#trouble').hidden = !error
  $('#trouble').textContent = error ? `${error.message}，正在重试…` : ''
}

start().catch((error) => showTrouble(error))
