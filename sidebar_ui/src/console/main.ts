import 'element-plus/theme-chalk/base.css'
import '@ui/element.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueryClient } from '@api/query'

import App from './App.vue'
import { makeRouter } from './routes'

createApp(App)
  .use(makeRouter())
  .use(VueQueryPlugin, { queryClient: makeQueryClient({ refetchOnWindowFocus: false }) })
  .mount('#app')
