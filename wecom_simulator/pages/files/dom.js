/** Building elements, and the few words of time. */

/** h('button.primary', {type: 'button', onclick}, 'Text', child, …); null and false children are left out. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.')
  const element = document.createElement(name)
  if (classes.length) element.className = classes.join(' ')
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key in element && typeof value !== 'string') element[key] = value
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  )
  return element
}

const ICONS = {
  chat: 'M4 5h16v11H9l-5 4z',
  megaphone: 'M4 10v4h4l8 5V5l-8 5zM19 9v6',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  reload: 'M20 12a8 8 0 1 1-2.3-5.6M20 3v5h-5',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  bug: 'M9 9h6v7a3 3 0 0 1-6 0zM9 9a3 3 0 0 1 6 0M4 13h5M15 13h5M5 7l4 3M19 7l-4 3M5 20l4-3M19 20l-4-3',
  more: 'M5 12h.5M12 12h.5M19 12h.5',
  search: 'M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14zM16 16l5 5',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  video: 'M4 6h11v12H4zM15 10l5-3v10l-5-3z',
  group:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.5-5 6-5s6 2 6 5M16 11a2.5 2.5 0 1 0 0-5M17 14c2.5.3 4 2 4 4.5',
  app: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.classList.add('icon')
  const path = document.createElementNS(svg.namespaceURI, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  return svg
}

/** The square beside a name: a picture, or a sign for what has none. */
export function faceOf({ kind, avatar }) {
  if (kind === 'app' || kind === 'group') return h(`span.face.face-${kind}`, {}, icon(kind))
  return h('img.face', { src: avatar, alt: '' })
}

export const $ = (selector) => document.querySelector(selector)

/** Changes the children only if they would look different, so that focus and scroll stay. */
export function fill(element, key, ...children) {
  if (element.dataset.key === key) return false
  element.dataset.key = key
  element.replaceChildren(...children.flat().filter(Boolean))
  return true
}

const ZONE = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})
const day = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, month: 'numeric', day: 'numeric' })
const full = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  dateStyle: 'medium',
  timeStyle: 'medium',
  hour12: false,
})

const second = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, timeStyle: 'medium', hour12: false })

export const secondOf = (seconds) => second.format(seconds * 1000)
export const timeOf = (seconds) => clock.format(seconds * 1000)
export const fullTimeOf = (seconds) => full.format(seconds * 1000)

/** 10:45 today, 11月3日 before. */
export function shortTimeOf(seconds, now) {
  return day.format(seconds * 1000) === day.format(now * 1000) ? timeOf(seconds) : day.format(seconds * 1000)
}

export const dayTimeOf = (seconds, now) =>
  day.format(seconds * 1000) === day.format(now * 1000)
    ? timeOf(seconds)
    : `${day.format(seconds * 1000)} ${timeOf(seconds)}`

let fading = 0

/** Says something once, on the screen and to screen readers. */
export function say(text, kind = 'plain') {
  const place = $('#said')
  place.textContent = text
  place.dataset.kind = kind
  place.classList.add('shown')
  clearTimeout(fading)
  fading = setTimeout(() => place.classList.remove('shown'), kind === 'problem' ? 8000 : 4000)
}

/** Tells a refusal in words. */
export function told(doing) {
  return async (...given) => {
    try {
      await doing(...given)
    } catch (error) {
      say(error.message, 'problem')
    }
  }
}

/** For buttons and forms: once at a time, so that a second Enter changes nothing. */
export function attempt(doing) {
  const telling = told(doing)
  let running = false
  return async (event) => {
    event.preventDefault()
    if (running) return
    running = true
    await telling(event)
    running = false
  }
}

/** A modal dialog; resolves with the value of the pressed button, '' when it was left. */
export function openDialog({ title, content, actions }) {
  return new Promise((resolve) => {
    const id = `dialog-${Math.random().toString(36).slice(2)}`
    const dialog = h(
      'dialog.dialog',
      { 'aria-labelledby': id },
      h(
        'form',
        { method: 'dialog' },
        h(
          'header',
          {},
          h('h2', { id }, title),
          h('button.quiet', { value: '', 'aria-label': '关闭' }, icon('close')),
        ),
        h('div.dialog-body', {}, content),
        h('footer', {}, actions),
      ),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
