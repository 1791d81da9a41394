import { answer, api, type Schemas } from '@api/client'

export type SidebarSend = Schemas['SidebarSend']
export type SendIntent = Schemas['SendIntent']

/** Stores what is about to be handed over; the server checks the texts and refuses what may not leave. */
export function storeIntent(body: SidebarSend): Promise<SendIntent> {
  return answer(api.POST('/api/outbound/sidebar-sends', { body }))
}
