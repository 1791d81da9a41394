export { ELSEWHERE, next, REASON_WORDS, STATE_WORDS, type SendEvent, type SendState, type SendStateName } from './sendState'
export { pressId } from './pressId'
export { storeIntent, type SendIntent, type SidebarSend } from './intents'
export { makeReports, tellNow, type Report, type Reports } from './reports'
