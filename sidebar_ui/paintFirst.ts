import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Plugin } from 'vite'

const source = fileURLToPath(new URL('./src/shell/theme.js', import.meta.url))

/**
 * Puts the theme script into the head of both pages as a classic script of its own file: it must run
 * before the first paint, which a module cannot, and our CSP allows no inline script.
 */
export function paintFirst(): Plugin {
  let base = '/'
  let isBuild = false
  return {
    name: 'paint-first',
    configResolved(config) {
      base = config.base
      isBuild = config.command === 'build'
    },
    configureServer(server) {
      server.middlewares.use('/assets/theme.js', (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript')
        response.end(readFileSync(source))
      })
    },
    buildStart() {
      if (isBuild) this.emitFile({ type: 'asset', name: 'theme.js', source: readFileSync(source) })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const file = context.bundle
          ? Object.values(context.bundle).find((one) => one.type === 'asset' && one.names.includes('theme.js'))?.fileName
          : 'assets/theme.js'
        if (!file) throw new Error('the theme script is missing from the build')
        return [{ tag: 'script', attrs: { src: base + file }, injectTo: 'head' }]
      },
    },
  }
}
