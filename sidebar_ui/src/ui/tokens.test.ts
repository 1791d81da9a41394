import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

const css = readFileSync('src/ui/tokens.css', 'utf8')

function colours(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0]!
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1]!, found[2]!]))
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

const GROUNDS = ['page', 'card', 'raised', 'sunken']
const STATUS = ['danger', 'warning', 'info', 'success', 'neutral', 'accent', 'brand']

describe.each([
  ['light', ':root, [data-theme'],
  ['dark', "[data-theme='dark']"],
])('in the %s theme', (_name, selector) => {
  const of = colours(selector)
  const text = [
    ...['text-1', 'text-2', 'text-3', ...STATUS].flatMap((colour) => GROUNDS.map((ground) => [colour, ground])),
    ...STATUS.map((colour) => [colour, `${colour}-soft`]),
    ['on-brand', 'brand'],
    ['on-brand', 'brand-hover'],
    ['text-1', 'brand-soft'],
    ['text-2', 'brand-soft'],
  ] as [string, string][]
  const graphics = ['line-strong', 'focus', 1, 2, 3, 4, 5, 6, 7, 8]
    .map((one) => (typeof one === 'number' ? `chart-${one}` : one))
    .flatMap((colour) => ['page', 'card', 'sunken'].map((ground) => [colour, ground])) as [string, string][]

  test.each(text)('words in %s can be read on %s', (colour, ground) => {
    expect(contrast(of[colour]!, of[ground]!)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(graphics)('%s can be made out on %s', (colour, ground) => {
    expect(contrast(of[colour]!, of[ground]!)).toBeGreaterThanOrEqual(3)
  })
})

test('colour values stand in tokens.css and nowhere else', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|css)$/.test(name) && !name.endsWith('tokens.css'))
    .filter((name) => /#[0-9a-f]{3,8}\b(?=[^{]*[;}])|\brgba?\(|\bhsla?\(/i.test(styleOf(readFileSync(join('src', name), 'utf8'), name)))
  expect(files).toEqual([])
})

test('no style uses what the oldest clients lack', () => {
  const tooNew = /\b\d+dvh|color-mix\(|@container|:has\(|aspect-ratio:|(?<![\w-])inset:/
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|css)$/.test(name))
    .filter((name) => tooNew.test(styleOf(readFileSync(join('src', name), 'utf8'), name)))
  expect(files).toEqual([])
})

function styleOf(source: string, name: string): string {
  if (name.endsWith('.css')) return source
  return [...source.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((found) => found[1]).join('\n')
}
