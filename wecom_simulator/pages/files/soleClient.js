/** One browser holds one WeCom client: the cookie says whose. Two tabs with two guides would mix, so one steps back. */

import { h } from './dom.js'

export function soleClient({ onTakenBack }) {
  const channel = new BroadcastChannel('simulated-client')
  let me = null
  let curtain = null

  function take(member) {
    me = member
    document.cookie = `simulated_client=${encodeURIComponent(member.userid)}; path=/; SameSite=Lax`
    channel.postMessage({ userid: member.userid, name: member.name })
    curtain?.remove()
    curtain = null
  }

  function stepBack({ userid, name }) {
    if (!me || userid === me.userid || curtain) return
    const back = h('button.primary', { type: 'button' }, `换回 ${me.name}`)
    back.addEventListener('click', () => {
      take(me)
      onTakenBack()
    })
    curtain = h(
      'div.curtain',
      { role: 'alertdialog', 'aria-label': '另一个窗口在用' },
      h('p', {}, `另一个窗口正在扮演 ${name}。一个浏览器同时只能登录一个企业微信。`),
      back,
    )
    document.body.append(curtain)
    back.focus()
  }

  channel.addEventListener('message', ({ data }) => stepBack(data))
  return { take }
}
