import type { MassMessage, Recipient, Sender } from './queries'

export const SENDER_WORDS: Readonly<Record<Sender['state'], string>> = {
  waiting: '等待创建',
  unconfirmed: '未确认',
  confirmed: '已确认',
  refused: '企业微信拒绝',
  unknown: '结果未知',
  ambiguous: '等人判断',
  not_created: '没有创建',
  cancelled: '已取消',
}

export const RECIPIENT_WORDS: Readonly<Record<Recipient['state'], string>> = {
  unsent: '未发',
  sent: '已送达',
  not_friend: '不是好友',
  over_cap: '次数已满',
  refused: '企业微信拒绝',
  cancelled: '已取消',
}

/** What the words above mean, where that is not plain. */
export const SENDER_NOTES: Partial<Readonly<Record<Sender['state'], string>>> = {
  unconfirmed: '导购还没有在企业微信里点「确认发送」',
  unknown: '没有收到企业微信的回答，系统正在核对，不会重复创建',
  ambiguous: '企业微信里有多个相似的任务，请判断哪一个是它',
}

/** The seven or eight words a person remembers: 「给 12 位客户，由 3 位导购各自确认」. */
export function summary(message: Pick<MassMessage, 'counts'>): string {
  const { recipients, senders } = message.counts
  return recipients === 0 ? '还没有名单' : `${recipients.toLocaleString('zh-CN')} 位客户，${senders} 位导购`
}

/** Characters a text takes of WeCom's limit, which counts bytes. */
export const bytes = (text: string): number => new TextEncoder().encode(text).length

/** The text as the customers of one guide read it. */
export function asRead(text: string, guide: string, store: string): string {
  return text.replace(/\{导购名\}/g, guide).replace(/\{门店名\}/g, store)
}

/** Whether the mass message has left the author's desk. */
export const isUnderway = (state: MassMessage['state']): boolean => state === 'sending' || state === 'done' || state === 'cancelled'
export const isDrafted = (state: MassMessage['state']): boolean => state === 'draft' || state === 'rejected'
