/** Times of the shops, as `<input type="datetime-local">` holds them: 2026-11-29T10:00, without a zone. */
const SHOP_OFFSET = 8 * 3600_000

export function toField(iso: string): string {
  return new Date(new Date(iso).getTime() + SHOP_OFFSET).toISOString().slice(0, 16)
}

export function fromField(field: string): string {
  return `${field}:00+08:00`
}

/** Ten in the morning of tomorrow: what most people mean by "later". */
export function proposal(now: number = Date.now()): string {
  return `${toField(new Date(now + 24 * 3600_000).toISOString()).slice(0, 10)}T10:00`
}

/** The day as a date field holds it. */
export const toDay = (iso: string): string => toField(iso).slice(0, 10)
export const fromDay = (day: string): string => fromField(`${day}T00:00`)
