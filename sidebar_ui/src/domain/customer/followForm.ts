import type { FollowEdit } from './mutations'
import type { MyFollow } from './queries'

export const LIMITS = { remark: 20, description: 150, phones: 5 } as const

/** A phone that is kept by its place, or one that was typed in. */
export type PhoneField = { kind: 'kept'; index: number; masked: string } | { kind: 'new'; phone: string }

export interface FollowForm {
  remark: string
  description: string
  phones: PhoneField[]
}

export type FollowErrors = Partial<Record<'remark' | 'description' | 'phones' | `phone-${number}`, string>>

export function formOf(follow: MyFollow): FollowForm {
  return {
    remark: follow.remark,
    description: follow.description,
    phones: follow.phones.map(({ index, masked }) => ({ kind: 'kept', index, masked })),
  }
}

/** Characters as people count them: 「𠮷」 is one. */
export const length = (text: string): number => [...text].length

export function check(form: FollowForm): FollowErrors {
  const errors: FollowErrors = {}
  const remark = length(form.remark.trim())
  if (remark > LIMITS.remark) errors.remark = `备注名最多 ${LIMITS.remark} 个字，现在 ${remark} 个`
  const description = length(form.description.trim())
  if (description > LIMITS.description) errors.description = `描述最多 ${LIMITS.description} 个字，现在 ${description} 个`
  if (form.phones.length > LIMITS.phones) errors.phones = `最多 ${LIMITS.phones} 个电话`
  form.phones.forEach((phone, at) => {
    if (phone.kind === 'new' && phone.phone.trim() !== '' && !isPhone(phone.phone)) errors[`phone-${at}`] = '号码不完整，例：13800001234 或 021-62345678'
  })
  return errors
}

/** Digits with the usual separators, an extension or a country code; the server looks again. */
export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length
  return /^\+?[\d\s()-]+(?:[转x]\d{1,6})?$/.test(text.trim()) && digits >= 7 && digits <= 17
}

/** Only what was changed, with what the page had seen, so that a change made elsewhere is noticed. */
export function editOf(form: FollowForm, before: MyFollow): FollowEdit {
  const edit: FollowEdit = {}
  // What never reached WeCom is written again even if it was not touched since.
  const isOwed = before.write_state === 'failed'
  if (isOwed || form.remark.trim() !== before.remark) edit.remark = form.remark.trim()
  if (isOwed || form.description.trim() !== before.description) edit.description = form.description.trim()
  // A field that was opened and left empty is nothing.
  const phones = form.phones.filter((phone) => phone.kind === 'kept' || phone.phone.trim() !== '')
  const isPhonesKept =
    phones.length === before.phones.length &&
    phones.every((phone, at) => phone.kind === 'kept' && phone.index === before.phones[at]?.index)
  if (!isPhonesKept) {
    edit.phones = phones.map((phone) => (phone.kind === 'kept' ? { index: phone.index } : { phone: phone.phone.trim() }))
  }
  if (isChange(edit)) edit.expected = { remark: before.remark, description: before.description }
  return edit
}

export function isChange(edit: FollowEdit): boolean {
  return edit.remark !== undefined || edit.description !== undefined || edit.phones !== undefined
}
