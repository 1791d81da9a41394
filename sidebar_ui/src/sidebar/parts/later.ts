import { defineAsyncComponent, type Component } from 'vue'

import WaitingPart from './WaitingPart.vue'

/** The first look is over by then, on a slow phone too. */
const AFTER_FIRST_LOOK = 2_000
/** Until then nothing says that a part is on its way: most are there at once. */
const PATIENCE = 300

type Load<C> = () => Promise<{ default: C }>

const loads: Load<Component>[] = []

/** A page or a sheet that the first look can do without. A part that does not come says so in its place. */
export function later<C extends Component>(load: Load<C>): C {
  loads.push(load)
  return defineAsyncComponent({ loader: load, loadingComponent: WaitingPart, delay: PATIENCE, errorComponent: WaitingPart }) as unknown as C
}

/** Fetches the parts before anybody asks for them. One that fails is asked for again when it is needed. */
export function fetchTheRest(): void {
  setTimeout(() => loads.forEach((load) => void load().catch(() => undefined)), AFTER_FIRST_LOOK)
}
