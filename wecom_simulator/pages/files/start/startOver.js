/** 重新开始: throws the simulated world away. */

import { post } from '../api.js'
import { attempt, h, openDialog, say } from '../dom.js'

export function startOver(place) {
  const button = h('button', { type: 'button' }, '重新开始…')
  button.addEventListener(
    'click',
    attempt(async () => {
      const pressed = await openDialog({
        title: '重新开始？',
        content: h(
          'p',
          {},
          '模拟的门店、客户、聊天和群发都回到最初的样子，不能撤销。导购台自己的数据不受影响，之后要重新同步。',
        ),
        actions: [h('button', { value: '' }, '取消'), h('button.primary', { value: 'yes' }, '重新开始')],
      })
      if (pressed !== 'yes') return
      await post('reset', { seed: true })
      say('已重新开始')
    }),
  )
  place.append(
    h('h2', { id: 'reset-title' }, '重新开始'),
    h('p', {}, '把模拟的世界换成一家新的「云裳服饰」。'),
    h('div.buttons', {}, button),
  )
}
