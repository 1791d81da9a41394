/** The start page: where to go, and the levers of the simulated WeCom. */

import { get, watch } from './api.js'
import { callbackLine } from './start/callbackLine.js'
import { callFaults } from './start/callFaults.js'
import { happenings } from './start/happenings.js'
import { startOver } from './start/startOver.js'
import { switchList } from './start/switchList.js'
import { virtualClock } from './start/virtualClock.js'
import { $, fill, h } from './dom.js'
import { choose, settings } from './settings.js'

const CONSOLE_PEOPLE = [
  ['系统管理员', '一切设置，系统体检，授予角色'],
  ['合规管理员', '词库、命中记录、审批群发'],
  ['运营', '话术库、群发、执行看板'],
  ['店长', '自己门店的客户、群发和执行情况'],
]

const sections = [
  callbackLine($('#callbacks')),
  callFaults($('#faults')),
  virtualClock($('#clock')),
  switchList($('#switches')),
]

async function start() {
  showTheme()
  $('#theme').addEventListener('click', () => {
    choose({ theme: settings.theme === 'dark' ? 'light' : 'dark' })
    showTheme()
  })
  happenings($('#actions'))
  startOver($('#reset'))
  watch(refresh, (error) => {
    $('#trouble').hidden = !error
    $('#trouble').textContent = error ? `${error.message}，正在重试…` : ''
  })
}

async function refresh() {
  const [state, { members }] = await Promise.all([get('state'), get('members')])
  const { corp, counts, app } = state
  fill(
    $('#corp'),
    JSON.stringify([corp, counts]),
    `${corp.name} · ${counts.members} 位成员 · ${counts.customers} 位客户 · ${counts.groups} 个客户群 · CorpID ${corp.id}`,
  )
  showGuides(members)
  showConsole(members, app)
  await Promise.all(sections.map((section) => section.refresh(state)))
}

function showGuides(members) {
  const working = members.filter((each) => each.status === 1 && each.customer_contact)
  const first = (each) => (each.position === '导购' ? 0 : 1)
  const ordered = [...working].sort((one, other) => first(one) - first(other)).slice(0, 8)
  fill(
    $('#guides'),
    JSON.stringify(ordered),
    ordered.map((each) => personLink(each, `/chat?as=${encodeURIComponent(each.userid)}`)),
    h('a.person', { href: '/chat' }, h('span', {}, h('b', {}, '其他成员…'), h('small', {}, '从名单里选'))),
  )
}

function showConsole(members, app) {
  const rows = CONSOLE_PEOPLE.map(([position, what]) => {
    const people = members.filter((each) => each.position === position && each.status === 1)
    return people.length
      ? h('li', {}, h('b', {}, people.map((each) => each.name).join('、')), `　${position}：${what}`)
      : null
  })
  fill(
    $('#console'),
    JSON.stringify([members, app]),
    app.url
      ? h(
          'a.go',
          { href: `${app.url}/console/`, target: '_blank', rel: 'noopener' },
          `打开 ${app.url}/console/`,
        )
      : h('p', {}, '还不知道导购台的地址：请设置 APP_URL。'),
    h('ul.roles', {}, rows.filter(Boolean)),
  )
}

function personLink(each, href) {
  return h(
    'a.person',
    { href },
    h('img.face', { src: each.avatar, alt: '' }),
    h(
      'span',
      {},
      h('b', {}, each.name),
      h('small', {}, [each.position, ...each.department_names].join(' · ')),
    ),
  )
}

function showTheme() {
  document.documentElement.dataset.theme = settings.theme
  $('#theme').textContent = settings.theme === 'dark' ? '换成浅色' : '换成深色'
}

start()
