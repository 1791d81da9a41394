import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

import type { Role } from '@domain/staff'

/** The groups of the menu, in their order: fixed, so that two people can talk about them on the phone. */
export const GROUPS = ['客户', '触达', '内容', '合规', '系统'] as const

/** What a route says about itself to stand in the menu. */
export interface MenuMeta {
  group: (typeof GROUPS)[number]
  title: string
  icon: Component
  may: readonly Role[]
}

export interface MenuItem extends MenuMeta {
  path: string
}

declare module 'vue-router' {
  interface RouteMeta {
    menu?: MenuMeta
    /** Pages that stand in no menu belong to one that does. */
    under?: string
  }
}

/** The menu of a person: the routes that their roles may open, in the routes' own order. */
export function menuFor(roles: readonly Role[], routes: readonly RouteRecordRaw[]): MenuItem[] {
  return routes.flatMap((route) => {
    const menu = route.meta?.menu
    return menu && menu.may.some((role) => roles.includes(role)) ? [{ ...menu, path: route.path }] : []
  })
}

/** Where each role begins its day; the first role that a person has decides. */
const FIRST: readonly (readonly [Role, string])[] = [
  ['admin', '/jobs'],
  ['compliance', '/lexicon'],
  ['operator', '/mass'],
  ['store_manager', '/mass'],
]

export function firstScreen(roles: readonly Role[], items: readonly MenuItem[]): string | null {
  const wanted = FIRST.find(([role, path]) => roles.includes(role) && items.some((item) => item.path === path))
  return wanted?.[1] ?? items[0]?.path ?? null
}
