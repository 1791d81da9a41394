/** What the client does for a page besides answering: open a chat, show a picture, copy a text. */

import { h, openDialog, say } from './dom.js'

export function performer({ openByIds, closeSidebar }) {
  const deeds = {
    openEnterpriseChat({ chatId, userIds, externalUserIds }) {
      const externalUserId = String(externalUserIds ?? '').split(';')[0]
      if (chatId || (externalUserId && !userIds)) return found(openByIds({ chatId, externalUserId }))
      say('真实的企业微信会打开与同事的会话；这里只有客户、客户群和应用')
      return undefined
    },
    openExistedChatWithMsg: ({ chatId }) => found(openByIds({ chatId })),
    openUserProfile({ userid }) {
      say(`企业微信会打开 ${userid} 的资料页`)
    },
    navigateToAddCustomer() {
      say('企业微信会打开「添加客户」')
    },
    hideChatAttachmentMenu() {},
    hideOptionMenu() {},
    showOptionMenu() {},
    imagePreview({ current, urls }) {
      const shown = [current, ...(urls ?? [])].filter((url, index, all) => url && all.indexOf(url) === index)
      const pictures = shown.map((url) => h('img.picture', { src: url, alt: '预览的图片' }))
      openDialog({ title: '图片', content: h('div.pictures', {}, pictures), actions: [] })
    },
    previewFile({ name }) {
      say(`企业微信会预览文件 ${name ?? ''}`)
    },
    async setClipboardData({ data }) {
      try {
        await navigator.clipboard.writeText(String(data))
        say('已复制')
        return undefined
      } catch {
        return { refused: 'no permission' }
      }
    },
    openDefaultBrowser({ url }) {
      if (!/^https?:\/\//i.test(String(url))) return { refused: 'invalid param' }
      window.open(url, '_blank', 'noopener')
      return undefined
    },
    closeWindow: closeSidebar,
  }
  return (name, params) => deeds[name](params)
}

function found(isOpen) {
  return isOpen ? undefined : { refused: 'invalid param' }
}
