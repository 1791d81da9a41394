import { shallowRef } from 'vue'

/** True once the server said that the sign-in is over. The entries show a way back in; the page stays. */
export const signedOut = shallowRef(false)

/** Where a person signs in again; the server sends them back to `page`. */
export function signInAddress(page: '/sidebar/' | `/console/${string}`): string {
  return `/api/sign-in/start?next=${encodeURIComponent(page)}`
}
