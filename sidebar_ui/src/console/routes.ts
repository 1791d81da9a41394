import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'

/** Pages of the console. A page that is not built is not listed here, so it is in no menu either. */
export const routes: RouteRecordRaw[] = []

export function makeRouter(): Router {
  return createRouter({ history: createWebHistory('/console/'), routes })
}
