/**
 * Static files of one folder for a loopback server: which file an address means, its type, and the headers every answer
 * carries. Nothing outside the folder is ever read, folders are not listed, and links out of it are not followed.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'

/** The page's own policy, sent too so that it holds before the first byte of the page is read. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self'; connect-src 'self'; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.tsv': 'text/tab-separated-values; charset=utf-8',
}

interface FileAnswer {
  readonly status: 200 | 400 | 404 | 405
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

function refusal(status: 400 | 404 | 405, body: string): FileAnswer {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {}
  return { status, headers: { ...HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8' }, body: `${body}\n` }
}

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

/** Names with the build's hash in them never change what they hold. */
const HASHED = /-[\w-]{8}\.(?:js|css|tsv)$/

/** The path an address names, decoded; undefined when it is none. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '')
    const isPlain = path.startsWith('/') && !path.includes('\0') && !path.includes('\\')
    return isPlain && !path.split('/').includes('..') ? path : undefined
  } catch {
    return undefined
  }
}

export function fileAnswer(folder: string, method: string, url: string): FileAnswer {
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'Only GET and HEAD')
  const path = pathOf(url)
  if (path === undefined) return refusal(400, 'Not an address')
  const inside = path.endsWith('/') ? `${path}index.html` : path
  const type = TYPES[extname(inside)]
  if (!type) return refusal(404, 'Not here')
  try {
    const root = realpathSync(folder)
    const file = realpathSync(join(root, inside))
    if (!file.startsWith(root + sep) || !statSync(file).isFile()) return refusal(404, 'Not here')
    const cache = HASHED.test(inside) ? 'public, max-age=31536000, immutable' : 'no-cache'
    return {
      status: 200,
      headers: { ...HEADERS, 'content-type': type, 'cache-control': cache },
      body: readFileSync(file),
    }
  } catch {
    return refusal(404, 'Not here')
  }
}
