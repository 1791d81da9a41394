import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'

import { AlertIcon, AuditIcon, BookIcon, CheckedIcon, CodeIcon, GaugeIcon, HeldIcon, MassIcon, PeopleIcon, PersonIcon, RefreshIcon, ScaleIcon, ScriptIcon, StoreIcon, TagIcon, TodoIcon } from '@ui/icons'

import { notify } from './parts/notices'

/** Pages of the console. A page that is not built is not listed here, so it is in no menu either. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/customers',
    component: () => import('./pages/customers/CustomersPage.vue'),
    meta: { menu: { group: '客户', title: '客户列表', icon: PersonIcon, may: ['store_manager', 'operator', 'compliance', 'admin'] } },
  },
  {
    path: '/tags',
    component: () => import('./pages/tags/TagsPage.vue'),
    meta: { menu: { group: '客户', title: '标签', icon: TagIcon, may: ['operator', 'admin'] } },
  },
  {
    path: '/codes',
    component: () => import('./pages/codes/CodesPage.vue'),
    meta: { menu: { group: '客户', title: '渠道码与欢迎语', icon: CodeIcon, may: ['store_manager', 'operator', 'admin'] } },
  },
  {
    path: '/groups',
    component: () => import('./pages/groups/GroupsPage.vue'),
    meta: { menu: { group: '客户', title: '客户群', icon: PeopleIcon, may: ['store_manager', 'operator', 'compliance', 'admin'] } },
  },
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
    path: '/scripts',
    component: () => import('./pages/scripts/LibraryPage.vue'),
    meta: { menu: { group: '内容', title: '话术库', icon: ScriptIcon, may: ['operator', 'compliance', 'admin'] } },
  },
  {
    path: '/lexicon',
    component: () => import('./pages/lexicon/LexiconPage.vue'),
    meta: { menu: { group: '合规', title: '词库', icon: BookIcon, may: ['compliance', 'operator', 'admin'] } },
  },
  {
    path: '/hits',
    component: () => import('./pages/hits/HitsPage.vue'),
    meta: { menu: { group: '合规', title: '命中记录', icon: AlertIcon, may: ['compliance'] } },
  },
  {
    path: '/hits/words',
    component: () => import('./pages/hits/WordsPage.vue'),
    meta: { under: '/hits' },
  },
  {
    path: '/cases',
    component: () => import('./pages/cases/CasesPage.vue'),
    meta: { menu: { group: '合规', title: '案件', icon: ScaleIcon, may: ['compliance'] } },
  },
  {
    path: '/trends',
    component: () => import('./pages/trends/TrendsPage.vue'),
    meta: { menu: { group: '合规', title: '命中走势', icon: GaugeIcon, may: ['compliance', 'store_manager'] } },
  },
  {
    path: '/interception',
    component: () => import('./pages/interception/InterceptionPage.vue'),
    meta: { menu: { group: '合规', title: '企业微信拦截', icon: CheckedIcon, may: ['compliance', 'admin'] } },
  },
  {
    path: '/audit',
    component: () => import('./pages/audit/AuditPage.vue'),
    meta: { menu: { group: '合规', title: '审计', icon: AuditIcon, may: ['compliance', 'admin'] } },
  },
  {
    path: '/staff',
    component: () => import('./pages/staff/StaffPage.vue'),
    meta: { menu: { group: '系统', title: '员工与角色', icon: StoreIcon, may: ['store_manager', 'operator', 'compliance', 'admin'] } },
  },
  {
    path: '/jobs',
    component: () => import('./pages/jobs/JobsPage.vue'),
    meta: { menu: { group: '系统', title: '任务与队列', icon: TodoIcon, may: ['operator', 'admin'] } },
  },
  {
    path: '/syncs',
    component: () => import('./pages/syncs/SyncsPage.vue'),
    meta: { menu: { group: '系统', title: '同步', icon: RefreshIcon, may: ['operator', 'admin'] } },
  },
  {
    path: '/switch',
    component: () => import('./pages/switch/SwitchPage.vue'),
    meta: { menu: { group: '系统', title: '发送总开关', icon: HeldIcon, may: ['compliance', 'operator', 'admin'] } },
  },
]

const TRIED = 'page.tried'
const AGAIN_AFTER = 30_000

/** A page's script did not come: the system was brought up to date meanwhile, which loading anew mends, or the network is gone. */
function comeAnew(address: string): void {
  const tried = Number(sessionStorage.getItem(TRIED) ?? 0)
  if (Date.now() - tried < AGAIN_AFTER) return notify('这一页没有读出来，可能是网络断了。请稍后再点一次。')
  sessionStorage.setItem(TRIED, String(Date.now()))
  location.assign(address)
}

export function makeRouter(): Router {
  const Nothing = { render: () => null }
  const router = createRouter({
    history: createWebHistory('/console/'),
    // The frame sends 「/」 and addresses that do not exist to the person's first screen.
    routes: [...routes, { path: '/:other(.*)*', component: Nothing }],
    scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? undefined : { top: 0 }),
  })
  router.onError((_error, to) => comeAnew(router.resolve(to).href))
  return router
}
