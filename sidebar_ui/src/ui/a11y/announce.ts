import { shallowReactive } from 'vue'

/** What the live regions say. One place, so that two parts never talk over each other. */
export const spoken = shallowReactive({ polite: '', assertive: '' })

let timer: ReturnType<typeof setTimeout> | undefined

/** Says a sentence to screen readers. The same sentence twice is said twice. */
export function announce(sentence: string, how: 'polite' | 'assertive' = 'polite'): void {
  spoken[how] = ''
  clearTimeout(timer)
  timer = setTimeout(() => (spoken[how] = sentence), 50)
}
