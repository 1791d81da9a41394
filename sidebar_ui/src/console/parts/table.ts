export interface Column {
  key: string
  label: string
  /** Figures stand right, digits under digits. */
  isFigure?: boolean
  /** The name the server sorts by; none, if it cannot. */
  sort?: string
  /** Left out of the cards on a phone. */
  isWideOnly?: boolean
}

export type SortState = 'ascending' | 'descending' | 'none'

/** `-added_at` is the newest first. */
export function sortState(sort: string, name: string): SortState {
  if (sort === name) return 'ascending'
  return sort === `-${name}` ? 'descending' : 'none'
}

/** What pressing a header asks for: first the greatest first, then the other way round. */
export function nextSort(sort: string, name: string): string {
  return sort === `-${name}` ? name : `-${name}`
}
