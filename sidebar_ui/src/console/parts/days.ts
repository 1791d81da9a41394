/** A day of the shops, as a date field holds it, as moments with their zone. Empty is open. */
export const dayStart = (day: string): string => (day ? `${day}T00:00:00+08:00` : '')
export const dayEnd = (day: string): string => (day ? `${day}T23:59:59+08:00` : '')

export function rangeWord(from: string, to: string): string {
  if (from && to) return `${from} 到 ${to}`
  return from ? `${from} 起` : `到 ${to}`
}
