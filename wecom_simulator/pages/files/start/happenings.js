/** 让事情发生: every verb of the simulated world as a form. */

import { act, get } from '../api.js'
import { attempt, h, say } from '../dom.js'

/** Verbs say in their annotations what they take; the form reads numbers, switches and lists from plain text. */
const NUMBERS = new Set([
  'gender',
  'add_way',
  'parent_id',
  'department_id',
  'join_scene',
  'status',
  'order',
  'source_id',
])
const FLAGS = new Set(['half', 'leader', 'customer_contact', 'kicked'])
const LISTS = new Set([
  'members',
  'customers',
  'names',
  'departments',
  'chat_ids',
  'remark_mobiles',
  'add_tags',
  'remove_tags',
  'personal_tags',
])
const NUMBER_LISTS = new Set(['departments'])

const LABELS = {
  userid: '成员 userid',
  external_userid: '客户 external_userid',
  chat_id: '客户群 chat_id',
  config_id: '联系方式 config_id',
  member_id: '谁（userid 或 external_userid）',
  sender: '谁说（userid 或 external_userid）',
  name: '名称',
  names: '名称（可几个）',
  text: '内容',
  gender: '性别（1 男 2 女）',
  half: '半添加',
  state: '渠道参数 state',
  remark: '备注',
  description: '描述',
  remark_mobiles: '备注手机',
  add_tags: '加标签（标签 ID）',
  remove_tags: '去标签（标签 ID）',
  personal_tags: '个人标签',
  owner: '群主 userid',
  members: '成员（userid）',
  customers: '客户（external_userid）',
  notice: '公告',
  group_name: '标签组名称',
  group_id: '标签组 ID',
  tag_id: '标签 ID',
  department_id: '部门 ID',
  departments: '部门 ID（可几个）',
  parent_id: '上级部门 ID',
  position: '职务',
  leader: '部门负责人',
  customer_contact: '有客户联系权限',
  new_userid: '新的 userid',
  msgid: '群发 msgid',
  chat_ids: '发到哪些群（chat_id）',
  event_key: '菜单 key',
  kicked: '被移出',
}

export async function happenings(place) {
  const verb = h('select', { 'aria-label': '什么事' })
  const fields = h('div.levers')
  const result = h('pre', { hidden: true, 'aria-live': 'polite' })
  const form = h(
    'form',
    {},
    h('label.field', {}, '什么事', verb),
    fields,
    h('div.buttons', {}, h('button', {}, '让它发生')),
    result,
  )
  place.append(
    h('h2', { id: 'actions-title' }, '让事情发生'),
    h('p', {}, '人在企业微信里做的事。每一件都会发出真实企业微信会发的回调。几个值用逗号隔开。'),
    form,
  )
  const { actions } = await get('actions')
  verb.append(
    ...actions.map((each) =>
      h('option', { value: each.name }, each.summary.split('\n')[0].replace(/。$/, '') || each.name),
    ),
  )
  verb.addEventListener('change', showFields)
  showFields()

  function showFields() {
    const chosen = actions.find((each) => each.name === verb.value)
    result.hidden = true
    fields.replaceChildren(...chosen.arguments.map(({ name, required }) => field(name, required)))
  }

  form.addEventListener(
    'submit',
    attempt(async () => {
      const answer = await act(
        verb.value,
        Object.fromEntries([...fields.querySelectorAll('input')].flatMap(given)),
      )
      say('已发生，回调正在发送')
      result.hidden = false
      result.textContent = answer === null ? '好了' : JSON.stringify(answer, null, 2)
    }),
  )
}

function field(name, required) {
  const isFlag = FLAGS.has(name)
  const type = isFlag ? 'checkbox' : NUMBERS.has(name) ? 'number' : 'text'
  return h(
    'label',
    {},
    h('span', {}, LABELS[name] ?? name),
    h('input', { type, name, required: required && !isFlag, autocomplete: 'off' }),
  )
}

/** [] if the field was left empty. */
function given({ name, type, value, checked }) {
  if (type === 'checkbox') return checked ? [[name, true]] : []
  if (!value.trim()) return []
  if (type === 'number') return [[name, Number(value)]]
  if (!LISTS.has(name)) return [[name, value]]
  const parts = value
    .split(/[,，]/)
    .map((part) => part.trim())
    .filter(Boolean)
  return [[name, NUMBER_LISTS.has(name) ? parts.map(Number) : parts]]
}
