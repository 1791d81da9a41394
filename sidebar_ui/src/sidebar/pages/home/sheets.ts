import { later } from '@sidebar/parts/later'

export const EditSheet = later(() => import('./EditSheet.vue'))
