import { answer, api, type AnswerOf, type BodyOf } from '@api/client'

export type SidebarSend = BodyOf<'/api/outbound/sidebar-sends', 'post'>
export type SendIntent = AnswerOf<'/api/outbound/sidebar-sends', 'post'>

/** Stores what is about to be handed over; the server checks the texts and refuses what may not leave. */
export function storeIntent(body: SidebarSend): Promise<SendIntent> {
  return answer(api.POST('/api/outbound/sidebar-sends', { body }))
}
