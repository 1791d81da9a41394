import { ApiProblem } from '@api/problem'

interface FileAnswer {
  data?: unknown
  response: Response
}

/** Saves an answer as a file under the name the server gave it. Ask with `parseAs: 'blob'`. */
export async function saveFile(call: Promise<FileAnswer>, otherwise: string): Promise<void> {
  const { data, response } = await call
  if (!(data instanceof Blob)) throw new ApiProblem('empty_answer', '服务器没有给出文件，请稍后再试。', {}, null, response.status)
  const address = URL.createObjectURL(data)
  const link = document.createElement('a')
  link.href = address
  link.download = nameIn(response.headers.get('Content-Disposition')) ?? otherwise
  link.click()
  // Chrome reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

function nameIn(header: string | null): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '')
  if (encoded) return decodeURIComponent(encoded[1]!)
  return /filename="?([^";]+)"?/i.exec(header ?? '')?.[1] ?? null
}
