/** The simulated client's looks and habits that people switch often. */

import { h } from './dom.js'
import { settings } from './settings.js'
import { PLATFORMS } from '/host/platforms.js'

const WIDTHS = [300, 375, 380, 480]
const SEND_MODES = [
  ['direct', '直接发出'],
  ['draft', '放进输入框'],
  ['confirm', '先问一声'],
]

export function clientSettings(place, { onChange }) {
  const platforms = Object.entries(PLATFORMS).map(([name, { label }]) => [name, label])
  const themes = [
    ['light', '浅色'],
    ['dark', '深色'],
  ]
  place.append(
    select('平台', 'platform', platforms),
    select(
      '宽度',
      'width',
      WIDTHS.map((width) => [width, `${width} px`]),
    ),
    select('外观', 'theme', themes),
    select('侧边栏发送', 'sendMode', SEND_MODES),
  )

  function select(label, name, options) {
    const choice = h(
      'select',
      {},
      options.map(([value, text]) =>
        h('option', { value: String(value), selected: value === settings[name] }, text),
      ),
    )
    choice.addEventListener('change', () => {
      onChange({ [name]: typeof settings[name] === 'number' ? Number(choice.value) : choice.value })
    })
    return h('label', {}, h('span', {}, label), choice)
  }
}
