/** Whether a key press belongs to an input method that is still composing. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

/** Whether the person is writing: single-letter shortcuts must then stay quiet. */
export function isWriting(event: KeyboardEvent): boolean {
  const target = event.target
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Moves the focus among siblings by arrow keys; answers whether the key was one of them. */
export function moveFocus(event: KeyboardEvent, items: readonly HTMLElement[], axis: 'row' | 'column'): boolean {
  const [back, on] = axis === 'row' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  const step = event.key === on ? 1 : event.key === back ? -1 : 0
  const at = items.indexOf(document.activeElement as HTMLElement)
  let next = -1
  if (step !== 0) next = at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step
  else if (event.key === 'Home') next = 0
  else if (event.key === 'End') next = items.length - 1
  const target = items[next]
  if (!target) return false
  event.preventDefault()
  target.focus()
  return true
}
