export { useCheck, type CheckView, type Hit } from './useCheck'
export { ACTION_WORDS, countBy, isStopped, marksOf, replaceHit, type CheckAction } from './hits'
