/** Carries the calls of the page in one frame to the host: one MessageChannel per document. */

/**
 * :param frame: gives the iframe element of the moment.
 * :param look: tells the chat that is open beside the frame.
 * :returns: {connected(), fire(event, data), drop()}
 */
export function connectFrame(frame, host, look) {
  let page = null
  let port = null

  function greet(event) {
    const isOurs = event.source === frame()?.contentWindow && event.origin === location.origin
    if (!isOurs || event.data?.wecom !== 'page' || !event.ports[0]) return
    drop()
    const opened = host.open(look)
    const line = event.ports[0]
    page = opened
    port = line
    line.onmessage = async ({ data }) => {
      const answer = await opened.call(data)
      if (answer !== undefined && !opened.isClosed) line.postMessage({ id: data.id, answer })
    }
  }

  /** The document is gone: its permissions too, and nobody is left to hear an answer. */
  function drop() {
    page?.close()
    port?.close()
    page = port = null
  }

  window.addEventListener('message', greet)
  return {
    connected: () => page !== null,
    fire: (event, data = {}) => port?.postMessage({ event, data }),
    drop,
  }
}
