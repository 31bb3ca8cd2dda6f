/** The viewer on this machine only: an HTTP server on the loopback address that answers with the built page's files. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileAnswer } from './files.ts'

/** Loopback by number: `localhost` may mean another interface. */
const HOST = '127.0.0.1'

/** Tried first, so that the address (and what the page remembers under it) stays the same from day to day. */
export const USUAL_PORT = 4177

export interface Viewer {
  /** `http://127.0.0.1:4177/` */
  readonly address: string
  readonly close: () => Promise<void>
}

/** A page that another name was made to point at (DNS rebinding) is not for us to answer. */
function isOwnHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Serves a folder; `port` 0 takes any free one, and the usual one gives way when it is taken. */
export async function serveFolder(folder: string, port = USUAL_PORT): Promise<Viewer> {
  const server = createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) {
      response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end('Only for this machine\n')
      return
    }
    const { status, headers, body } = fileAnswer(folder, request.method ?? '', request.url ?? '')
    response.writeHead(status, headers)
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  const taken = async (error: unknown): Promise<number> => {
    if (port === 0 || (error as { readonly code?: string }).code !== 'EADDRINUSE') throw error
    return listen(server, 0)
  }
  const own = await listen(server, port).catch(taken)
  return {
    address: `http://${HOST}:${own}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
