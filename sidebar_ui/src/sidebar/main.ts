import 'vant/es/style/base.css'
import 'vant/es/overlay/index.css'
import 'vant/es/popup/index.css'
import '@ui/vant.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueryClient } from '@api/query'

import App from './App.vue'
import { makeRouter } from './routes'

// The guide comes back from the chat: what is shown is looked at again then.
createApp(App)
  .use(makeRouter())
  .use(VueQueryPlugin, { queryClient: makeQueryClient({ refetchOnWindowFocus: true }) })
  .mount('#app')
