import { setupServer } from 'msw/node'

/** The server that the tests talk to; a test says what it answers with `server.use(...)`. */
export const server = setupServer()
