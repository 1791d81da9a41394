import { expect, test } from 'vitest'

import { wangJie } from '@tests/support/shop'

import { check, editOf, formOf, isChange, isPhone, type FollowForm } from './followForm'

const before = wangJie.my_follow!
const form = (change: Partial<FollowForm> = {}): FollowForm => ({ ...formOf(before), ...change })

test('nothing changed is nothing to save', () => {
  expect(isChange(editOf(form(), before))).toBe(false)
})

test('a kept phone goes by its place, a new one by its number, an empty field not at all', () => {
  const phones: FollowForm['phones'] = [...form().phones, { kind: 'new', phone: ' 13800001234 ' }, { kind: 'new', phone: ' ' }]
  expect(editOf(form({ phones }), before).phones).toEqual([{ index: 0 }, { phone: '13800001234' }])
})

test('a removed phone is a change', () => {
  expect(editOf(form({ phones: [] }), before).phones).toEqual([])
})

test('what never reached WeCom can be written again without touching it', () => {
  expect(editOf(form(), { ...before, write_state: 'failed' })).toMatchObject({ remark: '王姐', description: '膝盖怕冷' })
})

test.each([
  [{ remark: '一'.repeat(21) }, { remark: '备注名最多 20 个字，现在 21 个' }],
  [{ description: '一'.repeat(151) }, { description: '描述最多 150 个字，现在 151 个' }],
  [{ remark: '𠮷'.repeat(20) }, {}],
  [{ phones: [{ kind: 'new', phone: '12' }] }, { 'phone-0': '号码不完整，例：13800001234 或 021-62345678' }],
  [{ phones: [{ kind: 'new', phone: '' }] }, {}],
] as [Partial<FollowForm>, object][])('%j gives %j', (change, errors) => {
  expect(check(form(change))).toEqual(errors)
})

test.each([['13800001234', true], ['+86 138 0000 1234', true], ['021-62345678', true], ['62345678转801', true], ['abc', false], ['12345', false]])('%s: %s', (text, fits) => {
  expect(isPhone(text)).toBe(fits)
})
