import { computed, ref, type Ref } from 'vue'

import { countBy, isStopped, replaceHit, useCheck, type Hit } from '@domain/check'
import { fill, missing, type Draft } from '@domain/script'

/** Between parts while they are checked as one text; it keeps the offsets of each part countable. */
const SEAM = '\n'

interface Undo {
  part: number
  before: string | null
  word: string
}

/** A script between being picked and being handed over: blanks, edits, verdict, and what is still open. */
export function usePreview(draft: Draft) {
  const confirmedReason = ref('')
  const undo: Ref<Undo | null> = ref(null)

  const filled = computed(() => draft.parts.map((_part, at) => fill(draft, at)))
  const texts = computed(() => filled.value.map((one) => one.text))
  const checked = computed(() => texts.value.join(SEAM))
  const check = useCheck(checked, 'sidebar')

  const hits = computed(() => (check.isCurrent.value ? (check.data.value?.hits ?? []) : []))
  const open = computed(() => missing(draft))
  const needsReason = computed(() => check.data.value?.action === 'warn')

  const starts = computed(() => {
    let at = 0
    return texts.value.map((text) => {
      const start = at
      at += text.length + SEAM.length
      return start
    })
  })

  /** The hits of one part, counted from that part's own beginning. */
  function hitsIn(part: number): Hit[] {
    const start = starts.value[part] ?? 0
    const end = start + (texts.value[part]?.length ?? 0)
    return hits.value
      .filter((hit) => hit.utf16_start >= start && hit.utf16_end <= end)
      .map((hit) => ({ ...hit, utf16_start: hit.utf16_start - start, utf16_end: hit.utf16_end - start }))
  }

  function replace(hit: Hit): void {
    const part = starts.value.reduce((found, start, at) => (start <= hit.utf16_start ? at : found), 0)
    const start = starts.value[part] ?? 0
    const local = { ...hit, utf16_start: hit.utf16_start - start, utf16_end: hit.utf16_end - start }
    const target = draft.parts[part]
    if (!target || hit.suggestion === null) return
    undo.value = { part, before: target.edited, word: hit.text }
    target.edited = replaceHit(texts.value[part] ?? '', local, hit.suggestion)
  }

  function takeBack(): void {
    if (undo.value) draft.parts[undo.value.part]!.edited = undo.value.before
    undo.value = null
  }

  /** Why it cannot go yet, as one sentence; null when it can. */
  const hindrance = computed(() => {
    if (texts.value.every((text) => text.trim() === '')) return '还没有内容'
    if (open.value.length > 0) return `还差 ${open.value.length} 处要填`
    if (check.isError.value) return '检查服务没有回应，暂时不能发送'
    if (!check.isCurrent.value) return '正在检查…'
    const blocked = countBy(hits.value, 'block')
    if (check.data.value && isStopped(check.data.value.action)) return `先处理 ${Math.max(1, blocked)} 处阻断，才能放入会话`
    if (needsReason.value && confirmedReason.value === '') return '有警告：请选一个原因，确认后可以放入'
    return null
  })

  return { filled, texts, checked, check, hits, hitsIn, replace, undo, takeBack, open, needsReason, confirmedReason, hindrance }
}
