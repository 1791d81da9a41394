import { createRouter, createWebHashHistory, type Router } from 'vue-router'

import HomePage from './pages/home/HomePage.vue'
import ScriptsPage from './pages/scripts/ScriptsPage.vue'
import { later } from './parts/later'

/** The pages of a customer by path. What a path shows depends on the chat, so the places choose. */
export const PAGES = {
  '/': HomePage,
  '/scripts': ScriptsPage,
  '/tags': later(() => import('./pages/tags/TagsPage.vue')),
  '/timeline': later(() => import('./pages/timeline/TimelinePage.vue')),
  '/feedback': later(() => import('./pages/feedback/FeedbackPage.vue')),
} as const

export const GroupPage = later(() => import('./pages/group/GroupPage.vue'))

const Nothing = { render: () => null }
const left = new Map<string, number>()

/** Hash addresses only: with any other change of the address WeCom asks for new signatures. */
export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [...Object.keys(PAGES).map((path) => ({ path, component: Nothing })), { path: '/:other(.*)*', redirect: '/' }],
    scrollBehavior: (to) => ({ top: left.get(to.path) ?? 0 }),
  })
  router.beforeEach((_to, from) => void left.set(from.path, scrollY))
  return router
}

/** Another chat begins at the top. */
export function forgetScroll(): void {
  left.clear()
}
