import type { InjectionKey, Ref } from 'vue'

import type { Entry } from '../host/host'

/** What the pages need to know of where they are shown. */
export interface Where {
  entry: Entry
  /** Whether WeCom takes messages from this entry. */
  canSend: boolean
}

export const WHERE: InjectionKey<Readonly<Ref<Where>>> = Symbol('where')
