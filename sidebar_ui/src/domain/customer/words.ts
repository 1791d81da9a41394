import type { Card, Follower } from './queries'

/** 「她」「他」 by gender, else the name itself. WeCom: 1 man, 2 woman. */
export function pronoun(card: { gender?: number; display_name: string }): string {
  if (card.gender === 1) return '他'
  if (card.gender === 2) return '她'
  return card.display_name
}

/** How and where the customer came: 「扫「收银台码」添加」. */
export function sourceWords(follower: Pick<Follower, 'source'>): string {
  const { channel_name, add_way_name } = follower.source
  if (channel_name) return `${add_way_name ? add_way_name : '添加'} · ${channel_name}`
  return add_way_name || '来源不明'
}

/** Those who follow the customer now, the viewer first. */
export function currentFollowers(card: Card): Follower[] {
  return card.followers.filter((one) => one.ended_at === null).sort((a, b) => Number(b.is_me) - Number(a.is_me))
}

/** One line under the name: who looks after the customer. */
export function ownerWords(card: Card): string {
  const names = currentFollowers(card).map((one) => (one.is_me ? '我' : one.name))
  if (names.length === 0) return '现在没有人跟进'
  return `跟进：${names.slice(0, 3).join('、')}${names.length > 3 ? ` 等 ${names.length} 人` : ''}`
}
