import type { Folder } from './queries'

export interface FolderLine extends Folder {
  depth: number
}

/** The folders as they stand in a tree, one line each, in their order. */
export function folderLines(folders: readonly Folder[], parentId: number | null = null, depth = 0): FolderLine[] {
  return folders
    .filter((one) => one.parent_id === parentId)
    .sort((a, b) => a.position - b.position)
    .flatMap((one) => [{ ...one, depth }, ...folderLines(folders, one.id, depth + 1)])
}
