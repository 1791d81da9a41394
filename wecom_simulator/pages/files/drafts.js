/** What stands in the guide's input boxes and is not sent: texts by chat, and cards that the sidebar put there. */

import { post } from './api.js'
import { h, icon } from './dom.js'
import { summaryOf } from '/host/messages.js'
import { sendingOf } from '/host/host.js'

export function drafts() {
  const texts = new Map()
  const cards = new Map()

  const cardsOf = (chat) => cards.get(chat) ?? []

  function showCards(chat, place) {
    place.replaceChildren(
      ...cardsOf(chat).map((card) => {
        const remove = h('button.quiet', { type: 'button', 'aria-label': '删掉这一条' }, icon('close'))
        remove.addEventListener('click', () => {
          drop(chat, card)
          showCards(chat, place)
        })
        return h('span.draft-card', {}, h('span.cut', {}, summaryOf(card.message)), remove)
      }),
    )
  }

  function drop(chat, card) {
    cards.set(
      chat,
      cardsOf(chat).filter((each) => each !== card),
    )
  }

  /** One after the other; the first refusal stops and keeps the rest. */
  async function sendCards(chat) {
    for (const card of cardsOf(chat)) {
      const answer = await post('jssdk/send-chat-message', sendingOf(card.context, card.message))
      if (!answer.ok) throw new Error(`没有发出：${answer.reason}`)
      drop(chat, card)
    }
  }

  return {
    keep: (chat, text) => texts.set(chat, text),
    textOf: (chat) => texts.get(chat) ?? '',
    addCard: (chat, context, message) => cards.set(chat, [...cardsOf(chat), { context, message }]),
    hasCards: (chat) => cardsOf(chat).length > 0,
    showCards,
    sendCards,
  }
}
