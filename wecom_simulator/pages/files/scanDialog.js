/** 扫码添加: a customer scans a guide's contact code. */

import { act, get } from './api.js'
import { h, openDialog, say } from './dom.js'

const NAMES = ['陈女士', '周周', '小满', 'Lily', '阿珍', '暖暖妈妈', '沈小姐', '秋天的风', '方女士', '橙子']

/** :returns: {external_userid, userid, chat, …} or null if nobody scanned. */
export async function scanDialog({ me, members, configId }) {
  const nameOf = (userid) => members.find((each) => each.userid === userid)?.name ?? userid
  const { contact_ways: ways } = await get('contact-ways')
  const isMine = (way) => way.users.includes(me.userid)
  ways.sort((one, other) => Number(isMine(other)) - Number(isMine(one)))
  const card = {
    config_id: `member-${me.userid}`,
    remark: '个人名片',
    state: '',
    users: [me.userid],
    userid: me.userid,
  }
  const codes = [...ways, card]
  const picked = codes.find((code) => code.config_id === configId) ?? codes[0]

  const content = h(
    'div.scan',
    {},
    h(
      'fieldset.codes',
      {},
      h('legend', {}, '扫哪个码'),
      codes.map((code) => codeChoice(code, code === picked, nameOf)),
    ),
    whoScans(),
  )
  content.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.type === 'search') event.preventDefault()
  })
  for (;;) {
    const pressed = await openDialog({
      title: '扫码添加',
      content,
      actions: [
        h('button', { value: '', formnovalidate: '' }, '取消'),
        h('button.primary', { value: 'scan' }, '扫码添加'),
      ],
    })
    if (pressed !== 'scan') return null
    try {
      return await act('customer_scans', asked(content, codes))
    } catch (error) {
      say(error.message, 'problem')
    }
  }
}

function asked(content, codes) {
  const value = (name) =>
    content.querySelector(`[name=${name}]:checked, select[name=${name}], input[type=text][name=${name}]`)
      ?.value ?? ''
  const code = codes.find((each) => each.config_id === value('code'))
  const target = code.userid ? { userid: code.userid } : { config_id: code.config_id }
  const half = content.querySelector('[name=half]').checked
  const known = value('who') === 'known' ? value('customer') : ''
  const person = known
    ? { external_userid: known }
    : { name: value('name').trim(), gender: Number(value('gender')) }
  return { ...target, ...person, half }
}

function codeChoice(code, checked, nameOf) {
  const who = code.users.map(nameOf).join('、')
  return h(
    'label.code',
    {},
    h('input', { type: 'radio', name: 'code', value: code.config_id, checked }),
    h('img', { src: `/simulator/qr/${code.config_id}.svg`, alt: `${who} 的二维码`, loading: 'lazy' }),
    h('b', {}, who),
    h('small', {}, [code.remark, code.state].filter(Boolean).join(' · ')),
  )
}

function whoScans() {
  const name = h('input', {
    type: 'text',
    name: 'name',
    required: true,
    maxlength: '32',
    autocomplete: 'off',
  })
  name.value = NAMES[Math.floor(Math.random() * NAMES.length)]
  const search = h('input', {
    type: 'search',
    placeholder: '名字或备注',
    'aria-label': '找客户',
    autocomplete: 'off',
  })
  const known = h('select', { name: 'customer', size: 6, 'aria-label': '客户' })
  const isNew = h('input', { type: 'radio', name: 'who', value: 'new', checked: true })
  const isKnown = h('input', { type: 'radio', name: 'who', value: 'known' })
  const newPart = h(
    'div.scan-part',
    {},
    h('label.field', {}, '昵称', name),
    h(
      'label.field',
      {},
      '性别',
      h(
        'select',
        { name: 'gender' },
        h('option', { value: '2' }, '女'),
        h('option', { value: '1' }, '男'),
        h('option', { value: '0' }, '未知'),
      ),
    ),
  )
  const knownPart = h('div.scan-part', { hidden: true }, search, known)

  async function find() {
    const { customers } = await get('customers', { q: search.value.trim(), limit: 50 })
    known.replaceChildren(
      ...customers.map((each) => {
        const remark = each.followers.find((follower) => follower.remark)?.remark
        return h(
          'option',
          { value: each.external_userid },
          remark && remark !== each.name ? `${each.name}（${remark}）` : each.name,
        )
      }),
    )
    if (known.options.length) known.selectedIndex = 0
  }
  function change() {
    newPart.hidden = isKnown.checked
    knownPart.hidden = isNew.checked
    name.required = isNew.checked
    if (isKnown.checked && !known.options.length) find()
  }
  search.addEventListener('input', () => find())
  for (const choice of [isNew, isKnown]) choice.addEventListener('change', change)
  return h(
    'fieldset.who-scans',
    {},
    h('legend', {}, '谁来扫'),
    h('label.choice', {}, isNew, '一位新客户'),
    newPart,
    h('label.choice', {}, isKnown, '已有的客户'),
    knownPart,
    h('label.choice', {}, h('input', { type: 'checkbox', name: 'half' }), '对方先不通过验证（半添加）'),
  )
}
