import { reactive } from 'vue'

import { draftOf, type Draft, type Script } from '@domain/script'

/** What was written into previews. It outlives the sheet, so that a key pressed by mistake loses nothing. */
export function makeDrafts() {
  const kept = new Map<number, { parts: string; draft: Draft }>()

  return {
    /** The draft of a script as it reads now: words that changed at headquarters begin anew. */
    of(script: Script): Draft {
      const parts = JSON.stringify(script.parts)
      const known = kept.get(script.id)
      if (known?.parts === parts) return known.draft
      const draft = reactive(draftOf(script))
      kept.set(script.id, { parts, draft })
      return draft
    },
    forget: (scriptId: number) => void kept.delete(scriptId),
    clear: () => kept.clear(),
  }
}
