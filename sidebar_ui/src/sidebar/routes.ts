import { createRouter, createWebHashHistory, type Router } from 'vue-router'

import FeedbackPage from './pages/feedback/FeedbackPage.vue'
import HomePage from './pages/home/HomePage.vue'
import ScriptsPage from './pages/scripts/ScriptsPage.vue'
import TagsPage from './pages/tags/TagsPage.vue'
import TimelinePage from './pages/timeline/TimelinePage.vue'

/** The pages of a customer by path. What a path shows depends on the chat, so the places choose. */
export const PAGES = { '/': HomePage, '/scripts': ScriptsPage, '/tags': TagsPage, '/timeline': TimelinePage, '/feedback': FeedbackPage } as const

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
