/**
 * A service worker made at build time: it keeps every file of this build in a cache of its own name, answers from there
 * first, and drops the caches of older builds. So the page opens again without a network, and never mixes two builds. Data
 * that only some visits ask for (`.tsv`) is kept once it was asked for.
 */
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

export function serviceWorker(files: readonly string[], version: string): string {
  return `// Made by the build: do not edit.
const CACHE = 'capline-${version}'
const FILES = ${JSON.stringify(files)}
self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('capline-') && name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  })())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return
  event.respondWith((async () => {
    const cache = await caches.open(CACHE)
    const page = request.mode === 'navigate' ? './' : request
    const kept = await cache.match(page, { ignoreSearch: request.mode === 'navigate' })
    if (kept) return kept
    const fetched = await fetch(request)
    if (fetched.ok && request.url.endsWith('.tsv')) await cache.put(request, fetched.clone())
    return fetched
  })())
})
`
}

export function offline(): Plugin {
  return {
    name: 'capline-offline',
    apply: 'build',
    // After the bundler has dropped the empty scripts of chunks that are style alone.
    enforce: 'post',
    // After Vite has dropped the chunks that held nothing but styles: a file that is not there keeps the worker from installing.
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const hash = createHash('sha256')
        const files = Object.keys(bundle).sort()
        for (const name of files) {
          const file = bundle[name]
          if (file) hash.update(name).update(file.type === 'chunk' ? file.code : file.source)
        }
        const version = hash.digest('hex').slice(0, 12)
        const listed = [
          './',
          ...files.filter((name) => name !== 'index.html' && !/\.(map|tsv)$/.test(name)),
          'icon.svg',
        ]
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: serviceWorker(listed, version) })
      },
    },
  }
}
