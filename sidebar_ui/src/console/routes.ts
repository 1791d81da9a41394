import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'

import { BookIcon, MassIcon } from '@ui/icons'

/** Pages of the console. A page that is not built is not listed here, so it is in no menu either. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/mass',
    component: () => import('./pages/mass/MassListPage.vue'),
    meta: { menu: { group: '触达', title: '群发', icon: MassIcon, may: ['store_manager', 'operator', 'compliance', 'admin'] } },
  },
  {
    path: '/mass/:id(\\d+)/:step(audience|text|time|approval|progress)',
    component: () => import('./pages/mass/MassPage.vue'),
    props: (to) => ({ id: Number(to.params.id), step: to.params.step }),
    meta: { under: '/mass' },
  },
  {
    path: '/lexicon',
    component: () => import('./pages/lexicon/LexiconPage.vue'),
    meta: { menu: { group: '合规', title: '词库', icon: BookIcon, may: ['compliance', 'operator', 'admin'] } },
  },
]

export function makeRouter(): Router {
  const Nothing = { render: () => null }
  const router = createRouter({
    history: createWebHistory('/console/'),
    // The frame sends 「/」 and addresses that do not exist to the person's first screen.
    routes: [...routes, { path: '/:other(.*)*', component: Nothing }],
    scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? undefined : { top: 0 }),
  })
  return router
}
