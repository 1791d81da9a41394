import type { RouteRecordRaw } from 'vue-router'

import type { Role } from '@domain/staff'

/** What a route says about itself to stand in the menu. */
export interface MenuMeta {
  group: string
  title: string
  may: readonly Role[]
}

export interface MenuItem extends MenuMeta {
  path: string
}

/** The menu of a person: the routes that their roles may open, in the routes' own order. */
export function menuFor(roles: readonly Role[], routes: readonly RouteRecordRaw[]): MenuItem[] {
  return routes.flatMap((route) => {
    const meta = route.meta?.menu as MenuMeta | undefined
    return meta && meta.may.some((role) => roles.includes(role)) ? [{ ...meta, path: route.path }] : []
  })
}
