/** A small safetensors writer for tests: header bytes and the length of the whole file; data are never written. */
const BYTES: { readonly [dtype: string]: number } = {
  BOOL: 1,
  F4: 0.5,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  F16: 2,
  BF16: 2,
  F32: 4,
  I32: 4,
  I64: 8,
}

export interface WrittenSafetensors {
  readonly header: Uint8Array
  readonly fileBytes: number
}

/** Any JSON text as a header, in a file with `dataBytes` after it. */
export function rawSafetensors(json: string, dataBytes: number): WrittenSafetensors {
  const text = new TextEncoder().encode(json)
  const header = new Uint8Array(8 + text.length)
  new DataView(header.buffer).setBigUint64(0, BigInt(text.length), true)
  header.set(text, 8)
  return { header, fileBytes: header.length + dataBytes }
}

/** `name dtype 2x3` per line. */
export function writeSafetensors(
  list: string,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): WrittenSafetensors {
  const json: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const line of list.split('\n')) {
    const [name = '', dtype = '', sizes = ''] = line.trim().split(/\s+/)
    if (name === '') continue
    const shape = sizes === '' ? [] : sizes.split('x').map(Number)
    const end = offset + shape.reduce((a, b) => a * b, 1) * (BYTES[dtype] ?? Number.NaN)
    json[name] = { dtype, shape, data_offsets: [offset, end] }
    offset = end
  }
  return rawSafetensors(JSON.stringify(json), offset)
}
