import { later } from './later'

/** The sheets over every page. */
export const PreviewSheet = later(() => import('./PreviewSheet.vue'))
export const SettingsSheet = later(() => import('./SettingsSheet.vue'))
