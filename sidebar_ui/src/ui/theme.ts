import { readonly, ref } from 'vue'

/** What a person chose for this browser. No customer data ever goes here. */
export interface Kept {
  theme?: 'light' | 'dark'
  textSize?: 'large' | 'largest'
}

const KEY = 'ui.v1'

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Kept) : {}
  } catch {
    return {}
  }
}

const state = ref<Kept>(read())
export const kept = readonly(state)

/** Light or dark as shell/theme.js decided before the first paint, unless the person chose. */
function automatic(): 'light' | 'dark' {
  const agent = /ColorScheme\/(Dark|Light)/i.exec(navigator.userAgent)
  if (agent) return agent[1]!.toLowerCase() as 'light' | 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export function keep(change: { theme?: Kept['theme'] | null; textSize?: Kept['textSize'] | null }): void {
  const next: Kept = { ...state.value }
  if (change.theme === null) delete next.theme
  else if (change.theme) next.theme = change.theme
  if (change.textSize === null) delete next.textSize
  else if (change.textSize) next.textSize = change.textSize
  state.value = next
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Private mode: the choice then lasts as long as the page.
  }
  apply()
}

function apply(): void {
  const theme = state.value.theme ?? automatic()
  const root = document.documentElement
  root.setAttribute('data-theme', theme)
  root.classList.toggle('dark', theme === 'dark')
  root.classList.toggle('van-theme-dark', theme === 'dark')
  if (state.value.textSize) root.setAttribute('data-text-size', state.value.textSize)
  else root.removeAttribute('data-text-size')
}
