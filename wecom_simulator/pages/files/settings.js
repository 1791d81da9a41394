/** What a person chose for the simulated client; kept in this browser, overridable by the address (for tests). */

const KEY = 'simulator.v1'
const DEFAULTS = {
  platform: 'windows',
  theme: 'light',
  width: 380,
  sendMode: 'direct',
  version: '5.0.11',
  bridgeDelay: 0,
  textLimit: 0,
  reopen: true,
  entry: 'auto',
  debugging: false,
}

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
  localStorage.setItem(KEY, JSON.stringify(settings))
}
