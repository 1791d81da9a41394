import type { Folder, Script } from './queries'

/** Whether a person has to decide something before this can leave: then one tap opens the preview. */
export function needsPreview(script: Script): boolean {
  return script.blanks.length > 0 || script.parts.length > 1 || script.check.action === 'warn' || script.check.action === 'block'
}

/** The line under a script: what it needs and how much it is used. */
export function summary(script: Script): string {
  const facts: string[] = []
  if (script.blanks.length > 0) facts.push(`需填 ${script.blanks.length} 处`)
  if (script.parts.length > 1) facts.push(`${script.parts.length} 段`)
  if (script.uses_30_days > 0) facts.push(`30 天用过 ${script.uses_30_days} 次`)
  return facts.join(' · ')
}

/** The folders of one scrolling row: the top ones, in their order. */
export function folderRow(folders: readonly Folder[], parentId: number | null = null): Folder[] {
  return folders.filter((one) => one.parent_id === parentId).sort((a, b) => a.position - b.position)
}

/** Where the words of a search stand in a text, for marking. */
export function found(text: string, wanted: string): { start: number; end: number; kind: 'found' }[] {
  const hay = text.toLowerCase()
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const places: { start: number; end: number; kind: 'found' }[] = []
      for (let at = hay.indexOf(word); at >= 0; at = hay.indexOf(word, at + word.length)) {
        places.push({ start: at, end: at + word.length, kind: 'found' })
      }
      return places
    })
}
