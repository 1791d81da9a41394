import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueryClient } from '@api/query'

import App from './App.vue'
import { fetchTheRest } from './parts/later'
import { makeRouter } from './routes'

// The guide comes back from the chat: what is shown is looked at again then.
createApp(App)
  .use(makeRouter())
  .use(VueQueryPlugin, { queryClient: makeQueryClient({ refetchOnWindowFocus: true }) })
  .mount('#app')
fetchTheRest()
