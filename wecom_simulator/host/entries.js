/** Where a page was opened, and what WeCom lets it do there (documentation pages 94313, 94348, 94354). */

export const ENTRIES = {
  single_chat_tools: { label: '单聊工具栏', contact: true, chat: false, send: true },
  group_chat_tools: { label: '群聊工具栏', contact: false, chat: true, send: true },
  single_kf_tools: { label: '微信客服工具栏', contact: true, chat: false, send: true },
  chat_attachment: { label: '聊天附件栏', contact: false, chat: false, send: true },
  contact_profile: { label: '客户资料页', contact: true, chat: false, send: false },
  normal: { label: '工作台', contact: false, chat: false, send: false },
}

/** Calls that need agentConfig with their name in jsApiList. */
export const NEEDS_AGENT = new Set([
  'getContext',
  'getCurExternalContact',
  'getCurExternalChat',
  'sendChatMessage',
  'openExistedChatWithMsg',
  'navigateToAddCustomer',
  'hideChatAttachmentMenu',
])

/** Calls that either configuration opens. */
export const NEEDS_ANY = new Set([
  'openEnterpriseChat',
  'openUserProfile',
  'imagePreview',
  'previewFile',
  'setClipboardData',
  'openDefaultBrowser',
])

/** Calls that need nothing. */
export const FREE = new Set(['closeWindow', 'checkJsApi', 'hideOptionMenu', 'showOptionMenu'])

export const KNOWN = new Set([...NEEDS_AGENT, ...NEEDS_ANY, ...FREE])

export const OLDEST_WITHOUT_CONFIG = '3.0.24'

/** Negative if `one` is older than `other`. */
export function compareVersions(one, other) {
  const [left, right] = [one, other].map((text) => text.split('.').map(Number))
  const at = [0, 1, 2].find((index) => (left[index] ?? 0) !== (right[index] ?? 0))
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}
