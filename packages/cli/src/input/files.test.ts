/** Files that are missing, huge, broken or no files at all. */
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok } from '@capline/core'
import { afterAll, describe, expect, it } from 'vitest'
import { pathKind, readHeader, readJson, readText, shownPath } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'capline-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('readJson', () => {
  it('reads what Python writes', () => {
    writeFileSync(join(folder, 'a.json'), '{"limit": [0.0, Infinity], "name": "Infinity"}')
    expect(readJson(join(folder, 'a.json'))).toEqual(ok({ limit: [0, 'Infinity'], name: 'Infinity' }))
  })

  it('names the file and the reason', () => {
    const missing = readText(join(folder, 'none.json'))
    expect(missing.ok || missing.problem.reason).toBe('no such file or folder')
    const directory = readText(folder)
    expect(directory.ok || directory.problem.reason).toBe('is a folder')
  })
})

describe('readHeader', () => {
  it('reads only what the parser asks for, of a file of any size', () => {
    const path = join(folder, 'huge.bin')
    const fd = openSync(path, 'w')
    writeSync(fd, 'HEAD')
    ftruncateSync(fd, 50 * 2 ** 30)
    closeSync(fd)
    const windows: number[] = []
    const read = readHeader(path, (window, size) => {
      windows.push(window.length)
      if (window.length < 4) return { need: 4 }
      return ok([new TextDecoder().decode(window), size])
    })
    expect(read).toEqual(ok(['HEAD', 50 * 2 ** 30]))
    expect(windows).toEqual([0, 4])
  })

  it('puts the file before the place in the header', () => {
    const path = join(folder, 'bad.bin')
    writeFileSync(path, 'x')
    const read = readHeader(path, () => ({
      ok: false,
      problem: { path: 'magic', reason: 'is wrong', remedy: 'Fix it' },
    }))
    expect(read.ok || read.problem.path).toBe(`${path}: magic`)
  })
})

describe('paths', () => {
  it('tells files, folders and nothing apart', () => {
    mkdirSync(join(folder, 'sub'))
    writeFileSync(join(folder, 'file'), '')
    expect(['sub', 'file', 'none', 'a\0b'].map((name) => pathKind(join(folder, name)))).toEqual([
      'folder',
      'file',
      'none',
      'none',
    ])
  })

  it('shows a path on one line, not endless', () => {
    expect(shownPath('a\nb')).toBe('a?b')
    expect(shownPath('x'.repeat(1000)).length).toBeLessThanOrEqual(160)
  })
})
