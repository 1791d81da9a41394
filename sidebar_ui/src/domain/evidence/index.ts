import { api, type BodyOf } from '@api/client'

export type Pack = BodyOf<'/api/evidence/packs', 'post'>
/** What a pack is about; the reason is asked for when it is made. */
export type PackAbout = Omit<Pack, 'reason'>

export const packFile = (body: Pack) => api.POST('/api/evidence/packs', { body, parseAs: 'blob' })
