/** Why WeCom said no, in one word. The same refusal comes in four spellings, by client and by system. */
export type Reason =
  | 'cancelled'
  | 'no_permission'
  | 'no_customer'
  | 'cross_corp'
  | 'not_configured'
  | 'bad_link'
  | 'bad_media'
  | 'invalid'
  | 'old_client'
  | 'other'

const SIGNS: readonly [RegExp, Reason][] = [
  [/cancel/, 'cancelled'],
  [/offline verifying|not.?config|config.*first/, 'not_configured'],
  [/without context|not in.*context/, 'no_customer'],
  [/cross corp/, 'cross_corp'],
  [/permission|access.?denied|no.?auth/, 'no_permission'],
  [/link or img_url|invalid imgurl|img_?url/, 'bad_link'],
  [/media|file not|expire/, 'bad_media'],
  [/function.?not.?exist|not.?support|does not exist|unsupport/, 'old_client'],
  [/invalid|param/, 'invalid'],
]

/** What the bridge wrote, wherever it wrote it. The error code is no help: a refusal may carry 0. */
export function wordsOf(answer: unknown): string {
  if (answer instanceof Error) return answer.message
  if (typeof answer !== 'object' || answer === null) return String(answer ?? 'no answer')
  const { errMsg, err_msg, errmsg } = answer as Record<string, unknown>
  const found = [errMsg, err_msg, errmsg].filter((word): word is string => typeof word === 'string' && word !== '')
  // Some clients answer errMsg "x:ok" beside errmsg "fail_permission denied": the refusal is the truth.
  return found.find((word) => !isOk(word)) ?? found[0] ?? ''
}

/** Whether an answer that the SDK took for success hides a refusal. */
export function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false
  const words = wordsOf(answer)
  return words !== '' && !isOk(words)
}

export function reasonOf(answer: unknown): Reason {
  const words = wordsOf(answer).toLowerCase().replace(/_/g, ' ')
  return SIGNS.find(([sign]) => sign.test(words))?.[1] ?? 'other'
}

function isOk(words: string): boolean {
  return /(^|:)\s*(ok|yes|confirm)\s*$/i.test(words)
}
