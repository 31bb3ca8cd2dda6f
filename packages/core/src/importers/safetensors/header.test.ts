import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeaderRead } from '../headerRead.ts'
import { MAX_HEADER_BYTES, readSafetensorsHeader, type SafetensorsHeader } from './header.ts'
import { rawSafetensors, writeSafetensors } from './safetensors.testkit.ts'
import { checkIndex, readSafetensorsIndex } from './shards.ts'
import { weighTensors } from './weigh.ts'

function reasonOf(read: HeaderRead<unknown>): string {
  if ('need' in read) return `need ${read.need}`
  return read.ok ? 'ok' : `${read.problem.path}: ${read.problem.reason}`
}

function headerOf(read: HeaderRead<SafetensorsHeader>): SafetensorsHeader {
  if ('need' in read || !read.ok) throw new Error(reasonOf(read))
  return read.value
}

const reason = (json: string, dataBytes: number) => {
  const { header, fileBytes } = rawSafetensors(json, dataBytes)
  return reasonOf(readSafetensorsHeader(header, fileBytes))
}

describe('readSafetensorsHeader', () => {
  test('reads names, shapes and places', () => {
    const { header, fileBytes } = writeSafetensors('b F32 2x3\na BF16 4\nscalar F32')
    expect(headerOf(readSafetensorsHeader(header, fileBytes))).toEqual({
      tensors: [
        { name: 'b', dtype: 'F32', shape: [2, 3], elements: 6, bytes: 24, offset: header.length },
        { name: 'a', dtype: 'BF16', shape: [4], elements: 4, bytes: 8, offset: header.length + 24 },
        { name: 'scalar', dtype: 'F32', shape: [], elements: 1, bytes: 4, offset: header.length + 32 },
      ],
      metadata: new Map([['format', 'pt']]),
      dataOffset: header.length,
      fileBytes,
    })
  })

  test('takes two reads at most: the length, then the header', () => {
    const { header, fileBytes } = writeSafetensors(Array.from({ length: 3000 }, (_, i) => `t${i} F32 10`).join('\n'))
    const first = readSafetensorsHeader(new Uint8Array(0), fileBytes)
    expect(first).toEqual({ need: 65_536 })
    expect(readSafetensorsHeader(header.subarray(0, 65_536), fileBytes)).toEqual({ need: header.length })
    expect(headerOf(readSafetensorsHeader(header, fileBytes)).tensors).toHaveLength(3000)
  })

  test('a file cut at any byte says so; a window cut at any byte asks for more', () => {
    const { header, fileBytes } = writeSafetensors('a F32 2x3\nb F16 4')
    for (let cut = 0; cut < header.length; cut++) {
      expect(reasonOf(readSafetensorsHeader(header.subarray(0, cut), cut))).toMatch(/truncated/)
      const window = readSafetensorsHeader(header.subarray(0, cut), fileBytes)
      expect('need' in window && window.need > cut && window.need <= fileBytes).toBe(true)
    }
    for (let cut = header.length; cut < fileBytes; cut++) {
      expect(reasonOf(readSafetensorsHeader(header, cut))).toMatch(/truncated/)
    }
    expect(reasonOf(readSafetensorsHeader(header, fileBytes + 1))).toContain('the tensors end at byte')
  })

  test('refuses a length beyond the cap at once, in a file of any size', () => {
    for (const length of [BigInt(MAX_HEADER_BYTES) + 1n, 10n * 1024n ** 3n, 2n ** 64n - 1n]) {
      const bytes = new Uint8Array(16)
      new DataView(bytes.buffer).setBigUint64(0, length, true)
      expect(reasonOf(readSafetensorsHeader(bytes, 2 ** 50))).toContain('header length')
    }
    for (const bad of [Number.NaN, -1, 0.5]) {
      expect(reasonOf(readSafetensorsHeader(new Uint8Array(10), bad))).toContain('file: its length')
    }
  })

  const at = (from: number, to: number, more = '') =>
    `{"dtype":"F32","shape":[1],"data_offsets":[${from},${to}]${more}}`

  test.each([
    ['no JSON', '{"a":', 0, 'not JSON'],
    ['a list', '[1]', 0, 'does not begin'],
    ['spaces first', ' {}', 0, 'does not begin'],
    ['a number for a tensor', '{"a":1}', 0, 'a: 1 is not an object'],
    ['unknown type', '{"a":{"dtype":"Q4","shape":[],"data_offsets":[0,4]}}', 4, 'a.dtype: "Q4"'],
    ['inherited type', '{"a":{"dtype":"constructor","shape":[],"data_offsets":[0,4]}}', 4, 'a.dtype'],
    ['negative size', '{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4, 'a.shape'],
    ['too many dimensions', `{"a":{"dtype":"F32","shape":[${'1,'.repeat(64)}1],"data_offsets":[0,4]}}`, 4, 'a.shape'],
    ['huge size', '{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', 4, 'a.shape'],
    ['product beyond 2^53', '{"a":{"dtype":"F32","shape":[4e15,4e15],"data_offsets":[0,4]}}', 4, 'a.shape'],
    ['wrong length', '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4, '[2] of F32 takes 8 bytes'],
    ['backwards', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', 4, 'a.data_offsets'],
    ['three places', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', 4, 'a.data_offsets'],
    ['a hole', `{"a":${at(0, 4)},"b":${at(8, 12)}}`, 12, 'b: begins at byte'],
    ['an overlap', `{"a":${at(0, 4)},"b":${at(0, 4)}}`, 4, 'b: begins at byte'],
    ['a duplicate', `{"a":${at(0, 4)},"a":${at(4, 8)}}`, 8, 'a: begins at byte'],
    ['half a byte', '{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}', 2, 'takes 1.5 bytes'],
    ['metadata that are no texts', '{"__metadata__":{"a":1}}', 0, '__metadata__.a: 1'],
    ['metadata that are a list', '{"__metadata__":[1]}', 0, '__metadata__: [1]'],
    ['a long name', `{"${'x'.repeat(2000)}":${at(0, 4)}}`, 4, 'a name of 2000 characters'],
    ['deep nesting', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 0, ''],
  ])('refuses %s', (_, json, dataBytes, expected) => {
    const found = reason(json, dataBytes)
    expect(found).not.toBe('ok')
    expect(found).toContain(expected)
  })

  test('hostile keys are data; an empty file is one', () => {
    expect(reason('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4)).toBe('ok')
    expect(reason('{"a":{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}', 4)).toContain('a.dtype')
    expect(reason('{}', 0)).toBe('ok')
    const { header, fileBytes } = rawSafetensors('{}', 0)
    expect(weighTensors([headerOf(readSafetensorsHeader(header, fileBytes))]).ok).toBe(false)
  })

  test('random and changed bytes never throw', () => {
    const good = writeSafetensors('model.layers.0.mlp.up_proj.weight F32 2x3\nlm_head.weight F16 4')
    const check = (bytes: Uint8Array, fileBytes: number) => {
      const read = readSafetensorsHeader(bytes, fileBytes)
      if ('need' in read) expect(read.need).toBeGreaterThan(bytes.length)
      else if (read.ok) weighTensors([read.value])
      else expect(read.problem.remedy).not.toBe('')
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (bytes, more) => check(bytes, bytes.length + more)),
    )
    const change = fc.tuple(fc.nat(good.header.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = good.header.slice()
        for (const [place, value] of changes) bytes[place] = value
        check(bytes, good.fileBytes)
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.json(), fc.nat(20), (json, dataBytes) => {
        const { header, fileBytes } = rawSafetensors(json, dataBytes)
        check(header, fileBytes)
      }),
    )
  })
})

describe('readSafetensorsIndex', () => {
  const index = (map: unknown) => readSafetensorsIndex({ metadata: { total_size: 1 }, weight_map: map })

  test('lists the files, and is checked against their headers', () => {
    const read = index({ a: 'model-1.safetensors', b: 'model-2.safetensors', c: 'model-1.safetensors' })
    if (!read.ok) throw new Error(read.problem.reason)
    expect(read.value.files).toEqual(['model-1.safetensors', 'model-2.safetensors'])
    const header = (list: string) => {
      const { header: bytes, fileBytes } = writeSafetensors(list)
      return headerOf(readSafetensorsHeader(bytes, fileBytes))
    }
    const one = header('a F32 1\nc F32 1')
    const check = (files: Record<string, SafetensorsHeader>) => {
      const result = checkIndex(read.value, new Map(Object.entries(files)))
      return result.ok ? 'ok' : `${result.problem.path}: ${result.problem.reason}`
    }
    expect(check({ 'model-1.safetensors': one, 'model-2.safetensors': header('b F32 1') })).toBe('ok')
    expect(check({ 'model-1.safetensors': one })).toContain('3 tensors are listed, 2 are in the files')
    expect(check({ 'model-1.safetensors': one, 'model-2.safetensors': header('d F32 1') })).toContain(
      'd: is not in the index',
    )
    expect(check({ 'model-2.safetensors': one })).toContain('a: is in model-2.safetensors')
  })

  test('refuses what is no map and names that lead elsewhere', () => {
    for (const bad of [
      undefined,
      null,
      3,
      [],
      {},
      { a: 1 },
      { a: '../x' },
      { a: '/etc/passwd' },
      { a: 'x/y' },
      { a: '' },
    ]) {
      expect(index(bad).ok, JSON.stringify(bad)).toBe(false)
    }
    expect(readSafetensorsIndex(null).ok).toBe(false)
    const own = index(JSON.parse('{"__proto__":"a.safetensors"}'))
    expect(own.ok && own.value.fileOf.get('__proto__')).toBe('a.safetensors')
  })
})
