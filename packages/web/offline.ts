/**
 * A service worker made at build time: it keeps every file of this build in a cache of its own name, answers from there
 * first, and drops the caches of older builds. So the page opens again without a network, and never mixes two builds.
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
    return (await cache.match(page, { ignoreSearch: request.mode === 'navigate' })) ?? fetch(request)
  })())
})
`
}

export function offline(): Plugin {
  return {
    name: 'capline-offline',
    apply: 'build',
    generateBundle(_, bundle) {
      const hash = createHash('sha256')
      const files = Object.keys(bundle).sort()
      for (const name of files) {
        const file = bundle[name]
        if (file) hash.update(name).update(file.type === 'chunk' ? file.code : file.source)
      }
      const version = hash.digest('hex').slice(0, 12)
      const listed = ['./', ...files.filter((name) => name !== 'index.html' && !name.endsWith('.map')), 'icon.svg']
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: serviceWorker(listed, version) })
    },
  }
}
