import { inject, type InjectionKey } from 'vue'

import type { Me, Role } from '@domain/staff'

/** Who looks at the console; App.vue knows before any page is drawn. */
export const VIEWER: InjectionKey<Me> = Symbol('viewer')

export interface ConsoleViewer extends Me {
  has: (...roles: Role[]) => boolean
}

export function useViewer(): ConsoleViewer {
  const me = inject(VIEWER)
  if (!me) throw new Error('a page of the console is drawn without its viewer')
  return { ...me, has: (...roles) => roles.some((role) => me.roles.includes(role)) }
}
