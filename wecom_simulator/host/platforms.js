/** How each WeCom client names itself and spells its answers. Seen in the wild in 2025–2026; the reasons are canonical. */

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko)'

export const PLATFORMS = {
  windows: {
    label: 'Windows',
    platform: 'Win32',
    touchPoints: 0,
    userAgent: (version, theme) =>
      `Mozilla/5.0 (Windows NT 10.0; WOW64) ${CHROME} Chrome/107.0.5304.110 Safari/537.36 Language/zh ` +
      `ColorScheme/${theme} wxwork/${version} (MicroMessenger/6.2) WindowsWechat MailPlugin_Electron WeMail embeddisk`,
    refuse: (_name, reason) => ({ errmsg: `fail_${reason}` }),
  },
  mac: {
    label: 'Mac',
    platform: 'MacIntel',
    touchPoints: 0,
    userAgent: (version, theme) =>
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      `wxwork/${version} (MicroMessenger/6.2) WeChat/2.0.4 Language/zh ColorScheme/${theme}`,
    refuse: (name, reason) =>
      reason === 'no permission'
        ? { err_msg: `${name}:permission denied` }
        : { err_msg: `${name}:fail_fail_${reason}`, err_code: 2 },
  },
  ios: {
    label: 'iPhone',
    platform: 'iPhone',
    touchPoints: 5,
    userAgent: (version, theme) =>
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      `Mobile/15E148 wxwork/${version} MicroMessenger/7.0.1 Language/zh ColorScheme/${theme}`,
    refuse: (name, reason) => ({ err_msg: `${name}:fail ${reason}` }),
  },
  android: {
    label: 'Android',
    platform: 'Linux armv8l',
    touchPoints: 5,
    userAgent: (version, theme) =>
      `Mozilla/5.0 (Linux; Android 15; V2309A) ${CHROME} Version/4.0 Chrome/138.0.7204.180 Mobile Safari/537.36 ` +
      `XWEB/1380085 wxwork/${version} MicroMessenger/7.0.1 NetType/WIFI Language/zh Lang/zh ColorScheme/${theme}`,
    refuse: (name, reason) => ({ err_msg: `${name}:fail_${reason}` }),
  },
}

/** Reasons that every client writes after a comma. */
const AFTER_COMMA = new Set([
  'invalid param, link or img_url is invalid',
  'not allow to cross corp',
  'the permission value is offline verifying',
])

/** The answer that refuses for a reason; `cancel` has one spelling everywhere. */
export function refusal(platform, name, reason) {
  if (reason === 'cancel') return { err_msg: `${name}:cancel` }
  if (AFTER_COMMA.has(reason)) return { err_msg: `${name}:fail, ${reason}` }
  return PLATFORMS[platform].refuse(name, reason)
}

/** What bridge.js needs to know before the page's first script runs; it travels as the frame's name. */
export function frameName({ platform, theme, version, bridgeDelay }) {
  const known = PLATFORMS[platform]
  return `wecom:${JSON.stringify({
    userAgent: known.userAgent(version, theme === 'dark' ? 'Dark' : 'Light'),
    platform: known.platform,
    touchPoints: known.touchPoints,
    bridgeDelay,
  })}`
}
