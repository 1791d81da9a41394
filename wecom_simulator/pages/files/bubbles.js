/** One bubble for each kind of message. */

import { dayTimeOf, faceOf, h, icon } from './dom.js'

const ORIGINS = { welcome: '欢迎语，由应用发出', mass_message: '群发', sidebar: '来自侧边栏' }
const GAP_SECONDS = 300

/**
 * The bubbles of a chat with the time between them, as the guide sees it.
 *
 * :param before: when the message above the first was said.
 */
export function bubblesOf(messages, { me, kind, now, before }) {
  return messages.flatMap((message) => {
    const time = message.at - before > GAP_SECONDS ? h('li.time', {}, dayTimeOf(message.at, now)) : null
    before = message.at
    return [time, bubble(message, me, kind)].filter(Boolean)
  })
}

function bubble(message, me, kind) {
  if (message.from === 'system') return h('li.system', {}, message.text)
  if (message.recalled) return h('li.system', {}, `${message.sender_name} 撤回了一条消息`)
  const isMine = message.from === 'member' && message.sender === me.userid
  const origin = ORIGINS[message.origin]
  return h(
    isMine ? 'li.said-by.mine' : 'li.said-by',
    { 'data-message': message.id },
    faceOf({ kind: message.from === 'app' ? 'app' : 'person', avatar: message.avatar }),
    h(
      'div.said-body',
      {},
      h(kind === 'group' && !isMine ? 'span.speaker' : 'span.unseen', {}, `${message.sender_name}：`),
      contentOf(message),
      isMine && origin ? h('span.origin', {}, origin) : null,
    ),
  )
}

function contentOf({ msgtype, content, text }) {
  return (CONTENTS[msgtype] ?? ((_content, line) => h('div.bubble', {}, line)))(content, text)
}

const CONTENTS = {
  text: (content) => h('div.bubble', {}, content.content),
  markdown: (content) => h('div.bubble', {}, content.content),
  image: (content) =>
    isAddress(content.pic_url)
      ? h('img.picture', { src: content.pic_url, alt: '图片' })
      : fileCard('image', '图片', content.media_id ?? content.mediaid),
  video: (content) => fileCard('video', '视频', content.media_id ?? content.mediaid),
  file: (content) => fileCard('file', '文件', content.media_id ?? content.mediaid),
  voice: (content) => fileCard('file', '语音', content.media_id),
  link: linkCard,
  news: (content) =>
    content.articles ? h('div.cards', {}, content.articles.map(linkCard)) : linkCard(content),
  textcard: linkCard,
  template_card: (content) =>
    linkCard({
      title: content.main_title?.title ?? content.source?.desc ?? '卡片',
      desc: [content.main_title?.desc, content.sub_title_text].filter(Boolean).join('\n'),
      url: content.card_action?.url ?? content.jump_list?.[0]?.url,
    }),
  miniprogram: (content) =>
    card({
      title: content.title,
      desc: content.page,
      picture: content.imgUrl,
      foot: '小程序',
      symbol: 'app',
    }),
}

function linkCard(content) {
  return card({
    title: content.title,
    desc: plain(content.desc ?? content.description ?? content.digest ?? ''),
    address: content.url ?? content.link,
    picture: content.picurl ?? content.imgUrl,
    foot: content.btntxt ?? '链接',
    symbol: 'link',
  })
}

function card({ title, desc, address, picture, foot, symbol }) {
  const inside = [
    h('b', {}, title ?? ''),
    h(
      'span.card-desc',
      {},
      h('span', {}, desc ?? ''),
      isAddress(picture) && h('img', { src: picture, alt: '', onerror: ({ target }) => target.remove() }),
    ),
    h('small', {}, icon(symbol), foot),
  ]
  return isAddress(address)
    ? h('a.card', { href: address, target: '_blank', rel: 'noopener noreferrer' }, inside)
    : h('div.card', {}, inside)
}

function fileCard(symbol, name, mediaId) {
  return h(
    'div.card.card-file',
    {},
    icon(symbol),
    h('span', {}, h('b', {}, name), h('small', {}, mediaId ?? '')),
  )
}

/** textcard descriptions hold a little HTML; its words are enough here. */
function plain(text) {
  return new DOMParser()
    .parseFromString(String(text).replace(/<br\s*\/?>|<\/div>/gi, '\n'), 'text/html')
    .body.textContent.trim()
}

function isAddress(value) {
  return typeof value === 'string' && /^https?:\/\//i.test(value)
}
