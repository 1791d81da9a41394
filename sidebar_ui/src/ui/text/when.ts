/** Times as people say them, in the shops' time zone. */
const ZONE = 'Asia/Shanghai'
const DAY = 24 * 3600_000

type Moment = string | number | Date

const dayParts = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, year: 'numeric', month: 'numeric', day: 'numeric' })
const minuteParts = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const weekday = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, weekday: 'short' })

function day(at: Date): { year: number; month: number; day: number } {
  const found = Object.fromEntries(dayParts.formatToParts(at).map((part) => [part.type, Number(part.value)]))
  return { year: found.year ?? 0, month: found.month ?? 0, day: found.day ?? 0 }
}

const dayNumber = (at: Date) => {
  const { year, month, day: date } = day(at)
  return Math.round(Date.UTC(year, month - 1, date) / DAY)
}

/** 10:42 */
export function clockTime(moment: Moment): string {
  return minuteParts.format(new Date(moment))
}

/** 9月2日, with the year if it is not this one. */
export function dateWord(moment: Moment, now: Moment = Date.now()): string {
  const at = day(new Date(moment))
  const isThisYear = at.year === day(new Date(now)).year
  return `${isThisYear ? '' : `${at.year}年`}${at.month}月${at.day}日`
}

/** 今天 10:42 · 昨天 10:42 · 9月2日 10:42 */
export function when(moment: Moment, now: Moment = Date.now()): string {
  return `${dayWord(moment, now)} ${clockTime(moment)}`
}

/** 今天 · 昨天 · 9月2日 */
export function dayWord(moment: Moment, now: Moment = Date.now()): string {
  const distance = dayNumber(new Date(now)) - dayNumber(new Date(moment))
  if (distance === 0) return '今天'
  if (distance === 1) return '昨天'
  if (distance === -1) return '明天'
  return dateWord(moment, now)
}

/** 刚刚 · 5 分钟前 · 3 小时前 · 昨天 · 80 天前 */
export function ago(moment: Moment, now: Moment = Date.now()): string {
  const minutes = Math.floor((new Date(now).getTime() - new Date(moment).getTime()) / 60_000)
  if (minutes < -1) return when(moment, now)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes} 分钟前`
  const days = dayNumber(new Date(now)) - dayNumber(new Date(moment))
  if (days === 0) return `${Math.floor(minutes / 60)} 小时前`
  if (days === 1) return '昨天'
  return `${days} 天前`
}

/** 2026年11月22日 周日 10:42, for hovering and for screen readers. */
export function fullTime(moment: Moment): string {
  const at = new Date(moment)
  const { year, month, day: date } = day(at)
  return `${year}年${month}月${date}日 ${weekday.format(at)} ${clockTime(at)}`
}
