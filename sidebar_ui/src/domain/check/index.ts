export { useCheck } from './useCheck'
export { ACTION_WORDS, countBy, isStopped, marksOf, replaceHit, type CheckAction, type CheckView, type Hit } from './hits'
