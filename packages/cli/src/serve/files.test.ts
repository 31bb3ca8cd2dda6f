import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileAnswer } from './files.ts'
import { serveFolder } from './server.ts'

describe('files of the viewer', () => {
  let base: string
  let root: string

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'capline-serve-'))
    root = join(base, 'page')
    mkdirSync(join(root, 'assets'), { recursive: true })
    writeFileSync(join(root, 'index.html'), '<!doctype html>')
    writeFileSync(join(root, 'assets', 'main-abcd1234.js'), 'export {}')
    writeFileSync(join(base, 'secret.json'), '{}')
    symlinkSync(join(base, 'secret.json'), join(root, 'link.json'))
  })
  afterAll(() => rmSync(base, { recursive: true, force: true }))

  it('are sent with their type, the policy, and a cache that fits them', () => {
    const page = fileAnswer(root, 'GET', '/?model=x#y')
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toBe('no-cache')
    expect(fileAnswer(root, 'GET', '/assets/main-abcd1234.js').headers['cache-control']).toContain('immutable')
  })

  it('are the only ones: nothing outside, no lists, no links out, no other methods', () => {
    for (const url of [
      '/../secret.json',
      '/%2e%2e/secret.json',
      '/assets/..%2f..%2fsecret.json',
      '/..\\secret.json',
      '/a%00.html',
      '/%zz',
      'secret.json',
    ]) {
      expect(fileAnswer(root, 'GET', url).status, url).toBe(400)
    }
    for (const url of ['/link.json', '/assets', '/assets/', '/nothing.html', '/index.html/x.html', '/.git/config']) {
      expect(fileAnswer(root, 'GET', url).status, url).toBe(404)
    }
    expect(fileAnswer(root, 'POST', '/').status).toBe(405)
  })

  it('are for this machine: another name that points here is refused', async () => {
    const viewer = await serveFolder(root, 0)
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(viewer.address, { headers: { host } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on('error', reject).end()
      })
    expect(await status('127.0.0.1:1')).toBe(200)
    expect(await status('evil.example')).toBe(403)
    const second = await serveFolder(root, Number(new URL(viewer.address).port))
    expect(second.address).not.toBe(viewer.address)
    await second.close()
    await viewer.close()
  })
})
