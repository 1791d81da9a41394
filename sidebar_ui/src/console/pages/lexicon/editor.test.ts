import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'

import type { Example, Phrase } from '@domain/lexicon'
import type { Store } from '@domain/staff'
import { draftedEntry, proposal, wordList } from '@tests/support/lexicon'
import { server } from '@tests/support/server'
import { problem } from '@tests/support/visit'

const example = (more: Partial<Example>): Example => ({ text: '最后三天', should_hit: false, holds: true, why: '在允许语境“最后”里', offer: null, ...more })
const phrase = (more: Partial<Phrase>): Phrase => ({ phrase: '最近', forms: ['最近'], count: 1, is_shorthand: false, plain: '最近', position: null, problem: null, note: '', ...more })

interface Tried {
  entry: { exceptions: string[]; must_hit: string[]; must_not_hit: string[] }
}

/** The server's judgement: 最 is found unless the phrase 最后 is allowed. */
function judging() {
  const asked: Tried[] = []
  server.use(
    http.post('/api/lexicon/examples', async ({ request }) => {
      const body = (await request.json()) as Tried
      asked.push(body)
      const isFree = body.entry.exceptions.includes('最后')
      const offer = { phrase: '最后', freed: 2, looked_at: 12, samples: [{ passage: '今天最后一天', utf16_start: 2, utf16_end: 3 }] }
      const hits = body.entry.must_hit.map((text) => example({ text, should_hit: true, holds: text.includes('最'), why: text.includes('最') ? '命中“最”' : '里面没有「最」' }))
      const misses = body.entry.must_not_hit.map((text) => (isFree ? example({ text }) : example({ text, holds: false, why: '命中“最”', offer })))
      return HttpResponse.json({ items: [...hits, ...misses] })
    }),
  )
  return asked
}

/** Readings by what was typed; everything else is plain. */
function reading(known: Record<string, Phrase> = {}) {
  server.use(
    http.post('/api/lexicon/phrases', async ({ request }) => {
      const { phrases } = (await request.json()) as { phrases: string[] }
      return HttpResponse.json({ items: phrases.map((one) => known[one] ?? phrase({ phrase: one, forms: [one], plain: one })) })
    }),
  )
}

const most = () => draftedEntry({ id: 3, text: '最', status: 'published', exceptions: ['最近'], phrases: [phrase({})] })

async function edit(entry = most(), stores: Store[] = []) {
  const { user } = await wordList({ items: [entry], stores }).visit()
  await user.click(await screen.findByRole('button', { name: new RegExp(`${entry.text}$`) }).catch(() => screen.getByText(entry.text)))
  return { user, drawer: within(await screen.findByRole('dialog')) }
}

test('each example has its tick or cross while it is typed, and nothing is saved', async () => {
  judging()
  reading()
  const { user, drawer } = await edit()
  await user.type(drawer.getByLabelText('必须命中的例句'), '最便宜{enter}好看')

  const verdicts = await drawer.findByRole('list', { name: '逐句结果：要命中的' })
  await waitFor(() => expect(within(verdicts).getAllByRole('listitem').map((one) => one.textContent)).toEqual(['最便宜 命中“最”', '好看 里面没有「最」']))
  expect(within(verdicts).getAllByRole('img').map((one) => one.getAttribute('aria-label'))).toEqual(['通过', '不通过'])
})

test('a harmless example that is found is allowed by one press, which can be undone', async () => {
  const asked = judging()
  reading()
  const { user, drawer } = await edit()
  await user.type(drawer.getByLabelText('必须不命中的例句'), '最后三天')

  const allow = await drawer.findByRole('button', { name: '加到允许语境：最后' })
  expect(drawer.getByText(/30 天里命中过的 12 处，有 2 处也会放行/)).toBeTruthy()
  expect(drawer.getByText('今天', { exact: false }).textContent).toBe('今天最后一天')
  await user.click(allow)

  await waitFor(() => expect(asked[asked.length - 1]?.entry.exceptions).toEqual(['最近', '最后']))
  expect(await drawer.findByText(/在允许语境“最后”里/)).toBeTruthy()
  await user.click(drawer.getByRole('button', { name: '撤销' }))
  expect(await drawer.findByRole('button', { name: '加到允许语境：最后' })).toBeTruthy()
  expect(asked[asked.length - 1]?.entry.exceptions).toEqual(['最近'])
})

test('shorthand is shown as what it stands for, the rest behind one press', async () => {
  judging()
  const forms = ['哪个…', '哪款…', '哪种…', '哪件…']
  reading({ '(哪个|哪款|哪种|哪件|谁家)~': phrase({ phrase: '(哪个|哪款|哪种|哪件|谁家)~', forms: [...forms, '谁家…'], count: 5, is_shorthand: true }) })
  const entry = draftedEntry({ ...most(), exceptions: ['(哪个|哪款|哪种|哪件|谁家)~'], phrases: [phrase({ phrase: '(哪个|哪款|哪种|哪件|谁家)~', forms, count: 5, is_shorthand: true })] })
  const { user, drawer } = await edit(entry)
  const list = within(drawer.getByRole('list', { name: '已有的允许语境' }))
  expect(list.getByText('哪个…')).toBeTruthy()
  expect(list.queryByText('哪件…')).toBeNull()

  await user.click(list.getByRole('button', { name: '「哪个…」一类，另有 2 种' }))

  expect(await list.findByText('谁家…')).toBeTruthy()
  expect(list.getByText('写法：(哪个|哪款|哪种|哪件|谁家)~')).toBeTruthy()
})

test('plain phrases are taken as they are, several at once', async () => {
  judging()
  reading()
  const told: { exceptions?: string[] }[] = []
  server.use(http.patch('/api/lexicon/entries/3', async ({ request }) => {
    told.push((await request.json()) as { exceptions?: string[] })
    return HttpResponse.json(draftedEntry({ id: 3 }))
  }))
  const { user, drawer } = await edit()
  await user.type(drawer.getByLabelText('允许语境'), '最后、最新款{enter}')
  expect(drawer.getByRole('button', { name: '去掉 最新款' })).toBeTruthy()
  await user.type(drawer.getByLabelText('允许语境'), '最喜欢')
  await user.click(drawer.getByRole('button', { name: '存为草稿' }))

  await waitFor(() => expect(told.map((each) => each.exceptions)).toEqual([['最近', '最后', '最新款', '最喜欢']]))
})

test('a mistake is explained, keeps what was typed, and brackets can be meant as they stand', async () => {
  judging()
  const wrong = phrase({ phrase: '最[近', forms: ['最[近'], is_shorthand: true, plain: '最［近', position: 2, problem: '第 2 个字「[」没有配对的「]」' })
  reading({ '最[近': wrong })
  const { user, drawer } = await edit()
  const input = drawer.getByLabelText('允许语境')
  await user.type(input, '最[[近{enter}')

  expect(await drawer.findByText('第 2 个字「[」没有配对的「]」')).toBeTruthy()
  expect((input as HTMLInputElement).value).toBe('最[近')
  await user.click(drawer.getByRole('button', { name: '括号只是括号，就加「最［近」' }))
  expect(drawer.getByRole('button', { name: '去掉 最［近' })).toBeTruthy()
  expect((input as HTMLInputElement).value).toBe('')
})

test('pasted lines are as many phrases, and what cannot be read stays to be mended', async () => {
  judging()
  reading({ '最[后': phrase({ phrase: '最[后', is_shorthand: true, plain: '最［后', position: 2, problem: '第 2 个字「[」没有配对的「]」' }) })
  const { user, drawer } = await edit()
  const input = drawer.getByLabelText('允许语境')
  await user.click(input)
  await user.paste('最新款\n最喜欢\n最[后')

  expect(await drawer.findByRole('button', { name: '去掉 最喜欢' })).toBeTruthy()
  expect(drawer.getByRole('button', { name: '去掉 最新款' })).toBeTruthy()
  await waitFor(() => expect((input as HTMLInputElement).value).toBe('最[后'))
  expect(await drawer.findByText('第 2 个字「[」没有配对的「]」')).toBeTruthy()
})

test('nothing that is published goes without a reason', async () => {
  judging()
  reading()
  const told: unknown[] = []
  server.use(http.delete('/api/lexicon/entries/3', async ({ request }) => {
    told.push(await request.json())
    return new HttpResponse(null, { status: 204 })
  }))
  const { user, drawer } = await edit()
  await user.click(drawer.getByRole('button', { name: '删除' }))
  const asking = within(await screen.findByRole('dialog', { name: '删除词条「最」' }))
  const agree = asking.getByRole('button', { name: '删除' })
  expect(agree).toHaveProperty('disabled', true)
  await user.type(asking.getByLabelText('为什么删除'), '公司改了口径')
  await user.click(agree)

  await waitFor(() => expect(told).toEqual([{ why: '公司改了口径' }]))
  expect(await screen.findByRole('button', { name: '撤销' })).toBeTruthy()
})

test('stores and roles are chosen by name', async () => {
  judging()
  reading()
  const told: { scope?: unknown }[] = []
  server.use(
    http.patch('/api/lexicon/entries/3', async ({ request }) => {
      told.push((await request.json()) as { scope?: unknown })
      return problem(422, 'unknown_place', '适用范围里没有这样的门店：「11」。')
    }),
  )
  const { user, drawer } = await edit(most(), [{ id: 2, name: '上海', parent_id: 1, guides: 0, is_store: false }, { id: 11, name: '上海南京路店', parent_id: 2, guides: 4, is_store: true }])
  await user.click(drawer.getByText('适用范围：全部门店、角色和场景'))
  const stores = within(drawer.getByRole('group', { name: /^门店/ }))
  await user.click(stores.getByRole('button', { name: /选择/ }))
  await user.click(await stores.findByRole('checkbox', { name: '上海南京路店' }))
  await user.click(drawer.getByRole('checkbox', { name: '导购' }))
  expect(drawer.queryByRole('checkbox', { name: '话术' })).toBeNull()
  await user.click(drawer.getByRole('button', { name: '存为草稿' }))

  await waitFor(() => expect(told).toMatchObject([{ scope: { store: ['11'], role: ['guide'] } }]))
  expect(await drawer.findByText(/没有这样的门店/)).toBeTruthy()
})

test('who approves reads why something goes', async () => {
  const waiting = proposal({ can: ['approve'], changes: [{ entry_id: 2, kind: 'removed', text: '最低价', category_name: '广告法', changes: [], why: '公司改了口径' }] })
  const { user } = await wordList({ changes: 1, roles: ['admin'], waiting }).visit()
  await user.click(await screen.findByRole('button', { name: '审批' }))

  expect(within(await screen.findByRole('dialog')).getByText('公司改了口径', { exact: false }).textContent).toBe('为什么：公司改了口径')
})

test('the list says where an entry counts, and its exceptions in plain words', async () => {
  await wordList({ items: [draftedEntry({ text: '亲肤', scope_words: '门店：上海南京路店', exceptions: ['~[面布]料'], phrases: [phrase({ phrase: '~[面布]料', forms: ['…面料', '…布料'], count: 2, is_shorthand: true })] })] }).visit()

  expect(await screen.findByText('只在 门店：上海南京路店')).toBeTruthy()
  expect(screen.getByText('…面料、…布料')).toBeTruthy()
})

test('whoever waits reads who can approve', async () => {
  await wordList({ changes: 1, waiting: proposal() }).visit()
  expect((await screen.findByText(/提交了 1 处改动/)).textContent).toContain('等 陈思远 审批')
})

test('where nobody else can approve, the list says what to do', async () => {
  await wordList({ changes: 1, waiting: proposal({ deciders: [] }) }).visit()
  expect(await screen.findByText(/现在没有别人能审批：请管理员/)).toBeTruthy()
})

test('the button that cannot be pressed yet has the reason beside it', async () => {
  const { user } = await wordList({ changes: 1 }).visit()
  await user.click(await screen.findByRole('button', { name: '看影响并提交' }))
  expect(await screen.findByText('写上改了什么、为什么，就能提交')).toBeTruthy()
  await user.type(screen.getByLabelText('改了什么、为什么'), '直播用语')
  expect(screen.getByRole('button', { name: '提交审批' })).toHaveProperty('disabled', false)
})
