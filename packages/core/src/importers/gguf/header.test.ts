import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { format } from '../../architecture/formats.ts'
import { effectiveBits } from '../../catalog/dtypes/dtype.ts'
import type { HeaderRead } from '../headerRead.ts'
import { Cursor } from './cursor.ts'
import { Bytes, llamaQ4KM, type Meta, TINY, tensors, writeGguf } from './gguf.testkit.ts'
import { type GgufHeader, MAX_HEADER_BYTES, MAX_METADATA, MAX_TENSORS, readGgufHeader } from './header.ts'
import { importGguf } from './model.ts'
import { GGML_TYPES } from './types.ts'
import { KEPT_ARRAY_LENGTH } from './value.ts'

const HUGE = 10 * 1024 ** 3

function reasonOf(read: HeaderRead<unknown>): string {
  if ('need' in read) return `need ${read.need}`
  return read.ok ? 'ok' : `${read.problem.path}: ${read.problem.reason}`
}

function headerOf(read: HeaderRead<GgufHeader>): GgufHeader {
  if ('need' in read || !read.ok) throw new Error(reasonOf(read))
  return read.value
}

const TWO = tensors('', 'token_embd 256x4 Q4_K, output_norm 256')

describe('readGgufHeader', () => {
  test.each([2, 3])('reads version %i', (version) => {
    const { header, fileBytes } = writeGguf(
      { 'general.architecture': 'llama', n: 7, deep: -1, on: true, half: 0.5 },
      TWO,
      {
        version,
      },
    )
    const read = headerOf(readGgufHeader(header, fileBytes))
    expect(read.version).toBe(version)
    expect([...read.metadata]).toEqual([
      ['general.architecture', 'llama'],
      ['n', 7],
      ['deep', 0xffffffff],
      ['on', true],
      ['half', 0.5],
    ])
    expect(read.tensors.map(({ name, shape, bytes, elements }) => ({ name, shape, bytes, elements }))).toEqual([
      { name: 'token_embd.weight', shape: [256, 4], bytes: 4 * 144, elements: 1024 },
      { name: 'output_norm.weight', shape: [256], bytes: 1024, elements: 256 },
    ])
    expect(read.dataOffset % 32).toBe(0)
    expect(read.tensors[1]?.offset).toBe(read.dataOffset + 576)
  })

  test('asks for more until the window holds the header, and never past the file', () => {
    const vocabulary = Array.from({ length: 40_000 }, (_, i) => `token ${i}`)
    const { header, fileBytes } = writeGguf({ tokens: vocabulary }, TWO)
    let window = 0
    let rounds = 0
    for (;;) {
      const read = readGgufHeader(header.subarray(0, window), fileBytes)
      rounds++
      if (!('need' in read)) {
        expect(headerOf(read).metadata.get('tokens')).toEqual({ skipped: 'list', length: 40_000 })
        break
      }
      expect(read.need).toBeGreaterThan(window)
      expect(read.need).toBeLessThanOrEqual(fileBytes)
      window = read.need
    }
    expect(rounds).toBeLessThan(8)
  })

  test('keeps short lists of numbers, steps over long ones', () => {
    const short = Array.from({ length: KEPT_ARRAY_LENGTH }, (_, i) => i)
    const { header, fileBytes } = writeGguf(
      { short, long: [...short, 1], flags: [true, false], text: 'x'.repeat(5000) },
      [],
    )
    const { metadata } = headerOf(readGgufHeader(header, fileBytes))
    expect(metadata.get('short')).toEqual(short)
    expect(metadata.get('long')).toEqual({ skipped: 'list', length: KEPT_ARRAY_LENGTH + 1 })
    expect(metadata.get('flags')).toEqual([true, false])
    expect(metadata.get('text')).toEqual({ skipped: 'text', length: 5000 })
  })

  test('a file cut at any byte is a problem that says so; a window cut at any byte asks for more', () => {
    const { meta, tensors: list } = llamaQ4KM({ ...TINY, layers: 1 })
    const { header, fileBytes } = writeGguf(meta, list)
    for (let cut = 0; cut < header.length; cut++) {
      const file = readGgufHeader(header.subarray(0, cut), cut)
      expect(reasonOf(file)).toMatch(/truncated/)
      const window = readGgufHeader(header.subarray(0, cut), fileBytes)
      if (!('need' in window)) throw new Error(reasonOf(window))
      expect(window.need).toBeGreaterThan(cut)
    }
    expect(reasonOf(readGgufHeader(header, fileBytes - 1))).toMatch(/truncated: ends at byte/)
    expect(reasonOf(readGgufHeader(header, header.length))).toMatch(/truncated/)
  })

  test.each([
    ['lmgg', 'GGML file'],
    ['tjgg', 'GGJT file'],
    ['PK\u0003\u0004', 'is not "GGUF"'],
  ])('refuses %j', (magic, reason) => {
    expect(reasonOf(readGgufHeader(new Bytes().raw(magic).u32(3).u64(0).u64(0).done(), 1000))).toContain(reason)
  })

  test('refuses other versions and big-endian files by name', () => {
    const version = (n: number) => reasonOf(readGgufHeader(new Bytes().raw('GGUF').u32(n).u64(0).u64(0).done(), 24))
    expect(version(1)).toContain('version 1 is not read')
    expect(version(4)).toContain('version 4 is not known')
    expect(version(0)).toContain('version 0 is not known')
    expect(version(0x03000000)).toContain('big-endian')
  })

  const start = (tensorCount: number | bigint, pairs: number | bigint) =>
    new Bytes().raw('GGUF').u32(3).u64(tensorCount).u64(pairs)

  test.each([
    ['tensor count', start(BigInt(MAX_TENSORS) + 1n, 0), 'tensor_count'],
    ['tensor count of 2^63', start(2n ** 63n, 0), 'tensor_count'],
    ['metadata count', start(0, BigInt(MAX_METADATA) + 1n), 'metadata_kv_count'],
    ['key length', start(0, 1).u64(HUGE), 'metadata[0].key'],
    ['text length', start(0, 1).text('k').u32(8).u64(HUGE), 'k:'],
    ['list length', start(0, 1).text('k').u32(9).u32(4).u64(HUGE), 'k:'],
    ['list of texts', start(0, 1).text('k').u32(9).u32(8).u64(HUGE), 'k:'],
    ['name length', start(1, 0).u64(HUGE), 'tensors[0].name'],
    ['dimensions', start(1, 0).text('t').u32(5), 't: has 5 dimensions'],
    [
      'dimension',
      start(1, 0)
        .text('t')
        .u32(1)
        .u64(2n ** 63n),
      't:',
    ],
    [
      'elements',
      start(1, 0)
        .text('t')
        .u32(2)
        .u64(2 ** 40)
        .u64(2 ** 40)
        .u32(0)
        .u64(0),
      'too many elements',
    ],
    [
      'offset',
      start(1, 0)
        .text('t')
        .u32(1)
        .u64(32)
        .u32(0)
        .u64(2n ** 62n),
      't:',
    ],
    [
      'offset past the end',
      start(1, 0)
        .text('t')
        .u32(1)
        .u64(32)
        .u32(0)
        .u64(2 ** 46),
      'truncated',
    ],
    ['offset alignment', start(1, 0).text('t').u32(1).u64(32).u32(0).u64(8), 'no multiple of the alignment'],
    ['value type', start(0, 1).text('k').u32(13), 'value type 13'],
    ['truth value', start(0, 1).text('k').u32(7).u8(2), 'truth value'],
    ['nested list', start(0, 1).text('k').u32(9).u32(9).u64(1), 'list of lists'],
    ['empty key', start(0, 1).u64(0), 'is empty'],
    ['tensor type', start(1, 0).text('t').u32(1).u64(32).u32(99).u64(0), 'tensor type 99 is not known'],
    ['removed type', start(1, 0).text('t').u32(1).u64(32).u32(31).u64(0), 'Q4_0_4_4) was removed'],
    ['half a block', start(1, 0).text('t').u32(1).u64(33).u32(8).u64(0), 'no multiple of the 32 elements'],
  ])('refuses at once: %s', (_, bytes, reason) => {
    // A window of the claim alone, in a file large enough for a list of 10 GB: no allocation, no request for more.
    const window = new Uint8Array(512)
    window.set(bytes.done())
    expect(reasonOf(readGgufHeader(window, 64 * HUGE))).toContain(reason)
  })

  test('a claim that the file cannot hold is refused before it is read', () => {
    const claim = start(0, 1).text('k').u32(8).u64(50_000_000).done()
    expect(reasonOf(readGgufHeader(claim, 1000))).toContain('truncated or damaged: k takes 50000000 bytes')
    expect(reasonOf(readGgufHeader(start(200_000, 0).done(), 1000))).toContain('claimed number')
  })

  test('a header longer than the cap is refused, whatever the file', () => {
    const cursor = new Cursor(new Uint8Array(8), HUGE, MAX_HEADER_BYTES)
    cursor.skip(MAX_HEADER_BYTES, 'a')
    expect(cursor.stopped).toBe(false)
    cursor.skip(1, 'b')
    expect(cursor.outcome).toMatchObject({ problem: { path: 'b', reason: expect.stringContaining('runs past') } })
  })

  test('refuses what occurs twice, what overlaps, and a strange alignment', () => {
    const twice = start(0, 2).text('k').u32(4).u32(1).text('k').u32(4).u32(1).done()
    expect(reasonOf(readGgufHeader(twice, twice.length))).toContain('k: occurs twice')
    const same = writeGguf({}, [...TWO, ...TWO])
    expect(reasonOf(readGgufHeader(same.header, same.fileBytes))).toContain('listed twice')
    const over = start(2, 0)
    for (const name of ['a', 'b'])
      over
        .text(name)
        .u32(1)
        .u64(64)
        .u32(0)
        .u64(name === 'a' ? 0 : 32)
    expect(reasonOf(readGgufHeader(over.done(), 10_000))).toContain('b: overlaps "a"')
    for (const alignment of [0, 3, 2 ** 30, 'x']) {
      const odd = writeGguf({ 'general.alignment': alignment }, [])
      expect(reasonOf(readGgufHeader(odd.header, 10_000))).toContain('general.alignment')
    }
    const wide = writeGguf({ 'general.alignment': 64 }, TWO, { alignment: 64 })
    expect(headerOf(readGgufHeader(wide.header, wide.fileBytes)).dataOffset % 64).toBe(0)
  })

  test('hostile keys are data', () => {
    const meta: Meta = Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 'x'],
      ['a\u0000\u001b[31m', 2],
    ])
    const { header, fileBytes } = writeGguf(meta, [])
    const read = headerOf(readGgufHeader(header, fileBytes))
    expect(read.metadata.get('__proto__')).toBe(1)
    expect(Object.hasOwn(Object.prototype, '1')).toBe(false)
    expect(importGguf(read).ok).toBe(false)
  })

  test('integers beyond 2^53 stay exact', () => {
    const { header, fileBytes } = writeGguf({ big: 2n ** 63n + 1n, small: 5n }, [])
    const { metadata } = headerOf(readGgufHeader(header, fileBytes))
    expect(metadata.get('big')).toBe(2n ** 63n + 1n)
    expect(metadata.get('small')).toBe(5)
  })

  test('refuses a length of the file that is none', () => {
    for (const bad of [Number.NaN, -1, 0.5, 2 ** 60]) {
      expect(reasonOf(readGgufHeader(new Uint8Array(10), bad))).toContain('file: its length')
    }
  })
})

describe('hostile bytes', () => {
  const check = (bytes: Uint8Array, fileBytes: number) => {
    const read = readGgufHeader(bytes, fileBytes)
    if ('need' in read) {
      expect(read.need).toBeGreaterThan(bytes.length)
      expect(read.need).toBeLessThanOrEqual(fileBytes)
    } else if (read.ok) {
      const model = importGguf(read.value)
      if (!model.ok) expect(model.problem.reason.length).toBeGreaterThan(0)
    } else {
      expect(read.problem.path.length).toBeLessThan(120)
      expect(read.problem.remedy).not.toBe('')
    }
  }

  test('random bytes after the magic never throw', () => {
    const more = fc.uint8Array({ maxLength: 400 })
    fc.assert(
      fc.property(more, fc.nat(5000), (tail, extra) => {
        const bytes = Uint8Array.from([...new Bytes().raw('GGUF').u32(3).parts, ...tail])
        check(bytes, bytes.length + extra)
        check(tail, tail.length + extra)
      }),
      { numRuns: 500 },
    )
  })

  test('a good header with bytes changed never throws', () => {
    const { meta, tensors: list } = llamaQ4KM(TINY)
    const { header, fileBytes } = writeGguf(meta, list)
    const change = fc.tuple(fc.nat(header.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = header.slice()
        for (const [at, value] of changes) bytes[at] = value
        check(bytes, fileBytes)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('tensor types', () => {
  test('blocks agree with the catalogue formats', () => {
    for (const { blockBytes, blockElements, dtype } of GGML_TYPES.values()) {
      if (!dtype) continue
      expect(effectiveBits(format(dtype), blockElements), dtype).toBeCloseTo((blockBytes * 8) / blockElements, 12)
    }
  })
})
