/**
 * A configuration carried by the link itself, in the part after `#` that no server sees: `#config=` and the file's name and
 * text, deflated. So a link to a dropped config.json works for others too. What comes in is limited and read like any file.
 */
const MOST_LINK = 60_000
const MOST_TEXT = 2_000_000

interface Carried {
  readonly name: string
  readonly text: string
}

async function throughStream(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) {
      await reader.cancel()
      return undefined
    }
    parts.push(value as Uint8Array<ArrayBuffer>)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** The fragment for a configuration; undefined when it is too long for a link. */
export async function carry(config: Carried): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(JSON.stringify([config.name, config.text]))
  const packed = await throughStream(bytes, new CompressionStream('deflate-raw'), MOST_LINK)
  if (!packed) return undefined
  let text = ''
  for (const byte of packed) text += String.fromCharCode(byte)
  return `#config=${btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
}

/** The configuration of a fragment; undefined when there is none or it cannot be read. */
export async function carriedIn(hash: string): Promise<Carried | undefined> {
  const packed = /^#config=([\w-]+)$/.exec(hash)?.[1]
  if (!packed || packed.length > MOST_LINK * 2) return undefined
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    const text = await throughStream(bytes, new DecompressionStream('deflate-raw'), MOST_TEXT)
    if (!text) return undefined
    const read: unknown = JSON.parse(new TextDecoder().decode(text))
    if (!Array.isArray(read) || typeof read[0] !== 'string' || typeof read[1] !== 'string') return undefined
    return { name: read[0].slice(0, 80), text: read[1] }
  } catch {
    return undefined
  }
}
