#!/usr/bin/env node
/**
 * The command's entry. `--version` is answered from package.json at once; everything else is the bundle in dist/. In a
 * clone of the repository (where ../src exists) the bundle is rebuilt first when a source file is newer.
 */
import { existsSync, readFileSync } from 'node:fs'

const argv = process.argv.slice(2)

function report(error) {
  if (error?.code === 'ERR_MODULE_NOT_FOUND' && existsSync(new URL('../src/main.ts', import.meta.url))) {
    process.stderr.write('capline: node_modules: packages are missing. Run npm ci (or npm start) in this clone\n')
    process.exitCode = 2
    return
  }
  const reason = String(error?.message ?? error).split('\n')[0]
  process.stderr.write(`capline: internal error: ${reason}. Please report it with the command you gave\n`)
  if (process.env.CAPLINE_DEBUG) process.stderr.write(`${error?.stack ?? error}\n`)
  process.exitCode = 70
}

async function run() {
  const here = (path) => new URL(path, import.meta.url)
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${JSON.parse(readFileSync(here('../package.json'), 'utf8')).version}\n`)
    return
  }
  const builder = here('../../../tools/bundle.mjs')
  if (existsSync(here('../src/main.ts')) && existsSync(builder)) await (await import(builder.href)).freshenBundle()
  const { main } = await import(here('../dist/capline.js').href)
  process.exitCode = await main(argv)
}

process.on('uncaughtException', report)
run().catch(report)
