/** What sendChatMessage accepts, before anything is shown or sent. */

const MEDIA = ['image', 'video', 'file']
const PAYLOADS = { channels_shop_product: 'channelsShopProduct' }
const CUSTOMER_SERVICE_ONLY = ['msgmenu', 'channels_shop_product']

/**
 * :param textLimit: in characters; 0 for none. WeCom documents no limit for this call.
 * :returns: the canonical reason why not, or null.
 */
export function problemOf(message, { entry, textLimit }) {
  const kind = message.msgtype
  const payload = message[PAYLOADS[kind] ?? kind]
  if (typeof payload !== 'object' || payload === null) return 'invalid param'
  if (kind === 'text') return problemOfText(payload.content, textLimit)
  if (MEDIA.includes(kind)) return isText(payload.mediaid) ? null : 'invalid mediaid'
  if (kind === 'news') return problemOfNews(payload)
  if (kind === 'miniprogram') return problemOfMiniprogram(payload)
  return CUSTOMER_SERVICE_ONLY.includes(kind) && entry === 'single_kf_tools' ? null : 'invalid param'
}

function problemOfText(content, limit) {
  if (!isText(content)) return 'invalid param'
  return limit && [...content].length > limit ? 'content too long' : null
}

function problemOfNews({ link, imgUrl }) {
  if (!isAddress(link)) return 'invalid param, link or img_url is invalid'
  return imgUrl && !isAddress(imgUrl) ? 'invalid imgUrl' : null
}

function problemOfMiniprogram({ appid, title, imgUrl, page }) {
  const path = String(page ?? '').split('?')[0]
  if (!isText(appid) || !isText(title) || !path.endsWith('.html')) return 'invalid miniprogram info'
  return isAddress(imgUrl) ? null : 'invalid imgUrl'
}

function isText(value) {
  return typeof value === 'string' && value.trim() !== ''
}

function isAddress(value) {
  return typeof value === 'string' && /^https?:\/\/[^\s/]+/i.test(value)
}

/** The message as the server and the bubble want it: msgtype and its payload, nothing else. */
export function plainMessage(message) {
  const payload = PAYLOADS[message.msgtype] ?? message.msgtype
  return { msgtype: payload, [payload]: message[payload] }
}

const NAMES = {
  image: '图片',
  video: '视频',
  file: '文件',
  news: '链接',
  miniprogram: '小程序',
  msgmenu: '菜单',
}

/** One line for lists and confirmations. */
export function summaryOf(message) {
  if (message.msgtype === 'text') return message.text.content
  const payload = message[PAYLOADS[message.msgtype] ?? message.msgtype] ?? {}
  return `[${NAMES[message.msgtype] ?? message.msgtype}] ${payload.title ?? ''}`.trim()
}
