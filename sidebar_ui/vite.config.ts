import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

import { paintFirst } from './paintFirst.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The two pages live at /sidebar/ and /console/, in development as behind Flask. */
function pageAddresses(): Plugin {
  return {
    name: 'page-addresses',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        request.url = request.url?.replace(/^\/(sidebar|console)\/[^.]*?(\?.*)?$/, '/$1.html$2')
        next()
      })
    },
  }
}

export default defineConfig({
  base: '/',
  plugins: [vue(), paintFirst(), pageAddresses()],
  resolve: {
    alias: {
      '@api': here('./src/api'),
      '@domain': here('./src/domain'),
      '@ui': here('./src/ui'),
      '@sidebar': here('./src/sidebar'),
      '@console': here('./src/console'),
      '@tests': here('./tests'),
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': `http://127.0.0.1:${process.env.PORT ?? 8000}`,
      '/signin': `http://127.0.0.1:${process.env.PORT ?? 8000}`,
    },
  },
  build: {
    // WeCom 5 on Windows still carries Chrome 107; Safari 14 is the oldest iPhone we serve.
    target: ['chrome100', 'safari14'],
    cssTarget: ['chrome100', 'safari14'],
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'assets/licenses.md' },
    rollupOptions: { input: { sidebar: here('./sidebar.html'), console: here('./console.html') } },
  },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: true } } } },
    setupFiles: ['tests/support/setup.ts'],
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // The SDK looks at the client when it is evaluated: tests must be able to evaluate it anew.
    server: { deps: { inline: [/@wecom/] } },
    // A refused configuration rejects a promise inside the SDK that nobody can catch (see host.ts).
    onUnhandledError: (error) => !/agentConfig:|preVerifyJSAPI:|SDK Error/.test(JSON.stringify(error)),
    // Pages are evaluated anew in many tests; a busy machine takes its time for that.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
  },
})
