/** 行为开关: what is unknown about WeCom, or differs between companies. */

import { get, post } from '../api.js'
import { fill, h, say, told } from '../dom.js'

export function switchList(place) {
  const list = h('ul.switches')
  place.append(
    h(
      'details',
      {},
      h('summary', {}, h('h2', { id: 'switches-title' }, '行为开关')),
      h('p', {}, '企业微信没有写明、或每家企业不一样的地方。'),
      list,
    ),
  )

  async function refresh() {
    const { switches } = await get('switches')
    fill(list, JSON.stringify(switches), switches.map(row))
  }

  function row({ name, value, kind, about }) {
    const type = { bool: 'checkbox', str: 'text' }[kind] ?? 'number'
    const input = h('input', {
      type,
      name,
      step: 'any',
      ...(kind === 'bool' ? { checked: value } : { value: String(value) }),
    })
    input.addEventListener(
      'change',
      told(async () => {
        const next = kind === 'bool' ? input.checked : kind === 'str' ? input.value : Number(input.value)
        await post('switches', { [name]: next })
        say('已改')
        await refresh()
      }),
    )
    return h('li', {}, h('label', {}, input, h('span', {}, about)))
  }

  return { refresh }
}
