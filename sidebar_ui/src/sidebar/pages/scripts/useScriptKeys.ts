import { onMounted, onUnmounted, type Ref } from 'vue'

import { isComposing, isWriting, moveFocus } from '@ui/a11y/keys'

interface Row {
  press: () => void
}

/**
 * Keys of the script list: `/` or Ctrl K to the search, ↑ ↓ along the rows, Ctrl Enter hands the row
 * over; Enter on a row opens its preview because the row's name is a button.
 */
export function useScriptKeys(search: Ref<{ focus: () => void } | undefined>, list: Ref<HTMLElement | undefined>, rows: () => readonly Row[]) {
  const titles = () => [...(list.value?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]

  function onPage(event: KeyboardEvent): void {
    if (isComposing(event) || document.querySelector('[aria-modal=true]')) return
    const isSearch = (event.key === '/' && !isWriting(event)) || (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey))
    if (!isSearch) return
    event.preventDefault()
    search.value?.focus()
  }

  function onList(event: KeyboardEvent): void {
    if (isComposing(event)) return
    const at = titles().indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      rows()[Math.max(0, at)]?.press()
    } else if (event.key === 'ArrowUp' && at === 0) {
      event.preventDefault()
      search.value?.focus()
    } else if (at >= 0) moveFocus(event, titles(), 'column')
  }

  function onSearch(event: KeyboardEvent): void {
    if (isComposing(event)) return
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      titles()[0]?.focus()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (event.ctrlKey || event.metaKey) rows()[0]?.press()
      else titles()[0]?.click()
    }
  }

  onMounted(() => addEventListener('keydown', onPage))
  onUnmounted(() => removeEventListener('keydown', onPage))
  return { onList, onSearch }
}
