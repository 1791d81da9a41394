import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

const KB = 1024

/** Every file that a page loads before anything is pressed. */
function firstLoad(page: string): { name: string; text: string; bytes: number }[] {
  if (!existsSync(`dist/${page}`)) throw new Error(`dist/${page} is missing: npm run build comes before this test`)
  const html = readFileSync(`dist/${page}`, 'utf8')
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((found) => {
    const content = readFileSync(`dist/${found[1]}`)
    return { name: found[1]!, text: content.toString('utf8'), bytes: gzipSync(content).length }
  })
}

/** Every script of a page: what it loads first, and all that it can fetch later. */
function everyScript(page: string): { name: string; text: string }[] {
  const found = new Map(firstLoad(page).filter((one) => one.name.endsWith('.js')).map((one) => [one.name, one.text]))
  for (const text of found.values()) {
    for (const [, file] of text.matchAll(/["'](?:\.\/|assets\/)([\w-]+\.js)["']/g)) {
      const name = `assets/${file}`
      if (!found.has(name)) found.set(name, readFileSync(`dist/${name}`, 'utf8'))
    }
  }
  return [...found].map(([name, text]) => ({ name, text }))
}

const sum = (files: { name: string; bytes: number }[], end: string) =>
  files.filter((one) => one.name.endsWith(end)).reduce((all, one) => all + one.bytes, 0)

test('the sidebar is light enough for a phone on a slow network', () => {
  const files = firstLoad('sidebar.html')
  expect(sum(files, '.js')).toBeLessThanOrEqual(100 * KB)
  expect(sum(files, '.css')).toBeLessThanOrEqual(16 * KB)
})

test('the console shows its shell early', () => {
  expect(sum(firstLoad('console.html'), '.js')).toBeLessThanOrEqual(130 * KB)
})

test('nothing of the console rides along in the sidebar', () => {
  const found = everyScript('sidebar.html').filter(({ text }) => /\bel-(button|table|form)\b|echarts/.test(text))
  expect(found.map((one) => one.name)).toEqual([])
})

test('no page says that a message was sent, and none asks a foreign host', () => {
  const files = [...everyScript('sidebar.html'), ...firstLoad('sidebar.html'), ...firstLoad('console.html')]
  expect(files.filter(({ text }) => /发送成功|已发送/.test(text)).map((one) => one.name)).toEqual([])
  const hosts = files.flatMap(({ text }) => [...text.matchAll(/(?:src|href|url)\s*[=(:]\s*["'`]?https?:\/\/([\w.-]+)/g)].map((found) => found[1]))
  expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([])
})

test('what runs in a page needs no inline script and no inline style', () => {
  for (const page of ['sidebar.html', 'console.html']) {
    const html = readFileSync(`dist/${page}`, 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  }
})
