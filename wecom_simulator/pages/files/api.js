/** The control API of the simulator (wecom_simulator/README.md). */

export class Refusal extends Error {}

async function ask(path, options) {
  let answer
  try {
    answer = await fetch(path, options)
  } catch {
    throw new Refusal('模拟器没有回应，可能已经停止')
  }
  const content = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Refusal(content.error ?? `模拟器出错了（${answer.status}）`)
  return content
}

export function get(name, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given).toString()
  return ask(`/simulator/${name}${text ? `?${text}` : ''}`)
}

export function post(name, body = {}) {
  return ask(`/simulator/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export const remove = (name) => ask(`/simulator/${name}`, { method: 'DELETE' })

/** What people do in WeCom; the answer is what the verb gives. */
export const act = async (verb, body) => (await post(`actions/${verb}`, body)).result

export const groupMembers = async (chatId) =>
  (await ask(`/chat/groups/${encodeURIComponent(chatId)}`)).members

/** Calls `onChange` after each change of the world, for as long as the page lives. */
export async function watch(onChange, onTrouble) {
  let seen = -1
  for (;;) {
    try {
      const { revision } = await get('changes', { since: Math.max(seen, 0), wait: seen < 0 ? 0 : 20 })
      onTrouble(null)
      if (revision !== seen) {
        seen = revision
        await onChange()
      }
    } catch (error) {
      onTrouble(error)
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
  }
}
