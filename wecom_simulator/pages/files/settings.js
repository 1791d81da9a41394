/** What a person chose for the simulated client; the address may say otherwise (for tests). */

const KEY = 'simulator.v1'
const KEPT = { platform: 'windows', theme: 'light', width: 380, sendMode: 'direct', debugging: false }
/** Oddities last as long as the page: found a week later they would look like a bug. */
const RARE = { version: '5.0.11', bridgeDelay: 0, textLimit: 0, reopen: true, entry: 'auto' }
const DEFAULTS = { ...KEPT, ...RARE }

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {}
  } catch {
    return {}
  }
}

function fromAddress() {
  const asked = new URLSearchParams(location.search)
  return Object.fromEntries(
    Object.entries(DEFAULTS)
      .filter(([name]) => asked.has(name))
      .map(([name, standard]) => [name, fitting(asked.get(name), standard)]),
  )
}

function fitting(text, standard) {
  if (typeof standard === 'number') return Number(text) || standard
  return typeof standard === 'boolean' ? text === 'true' || text === '1' : text
}

const automatic = { theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light' }

export const settings = { ...DEFAULTS, ...automatic, ...kept(), ...fromAddress() }

export function choose(change) {
  Object.assign(settings, change)
  const lasting = Object.fromEntries(Object.keys(KEPT).map((name) => [name, settings[name]]))
  localStorage.setItem(KEY, JSON.stringify(lasting))
}
