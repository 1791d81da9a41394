export { useCheck } from './useCheck'
export { ACTION_WORDS, countBy, isStopped, marksOf, replaceHit, whyOf, type CheckAction, type CheckView, type Hit } from './hits'
