/** 虚拟时间: welcome codes, media, tokens and quotas follow it. */

import { post } from '../api.js'
import { attempt, fullTimeOf, h } from '../dom.js'

const STEPS = [
  [20, '20 秒'],
  [3600, '1 小时'],
  [7200, '2 小时'],
  [86400, '1 天'],
  [259200, '3 天'],
]

export function virtualClock(place) {
  const now = h('p.now')
  const apart = h('p')
  let offset = 0

  const buttons = STEPS.map(([seconds, label]) =>
    h('button', { type: 'button', onclick: attempt(() => move({ advance: seconds })) }, `过 ${label}`),
  )
  const back = h(
    'button',
    { type: 'button', onclick: attempt(() => move({ set: Date.now() / 1000 })) },
    '回到现在',
  )
  place.append(
    h('h2', { id: 'clock-title' }, '虚拟时间'),
    h(
      'p',
      {},
      '只改变这里的时钟：欢迎语 20 秒、access_token 2 小时、临时素材 3 天、群发每月的次数，都按它算。',
    ),
    now,
    apart,
    h('div.buttons', {}, buttons, back),
  )
  setInterval(show, 1000)

  async function move(change) {
    ;({ offset } = await post('clock', change))
    show()
  }

  function show() {
    now.textContent = fullTimeOf(Date.now() / 1000 + offset)
    const minutes = Math.round(Math.abs(offset) / 60)
    apart.textContent = minutes ? `比真实时间${offset > 0 ? '快' : '慢'} ${minutes} 分钟` : '与真实时间一致'
  }

  return {
    refresh(state) {
      offset = state.clock.offset
      show()
    },
  }
}
