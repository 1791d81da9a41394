/** What an entry says of itself, ready to be read. */
export function detailsOf(details: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  return Object.entries(details).map(([name, value]) => ({ name, value: typeof value === 'object' ? JSON.stringify(value) : String(value) }))
}
