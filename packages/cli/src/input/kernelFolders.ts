/**
 * The kernel tables under a folder: `gemm.csv`, `gemm.csv.gz`, `gemm_perf.txt`, `gemm_perf.parquet`, one per operator class,
 * directly or in subfolders named after the accelerator, the engine and its version (h100_sxm/vllm/0.24.0/…); the folders
 * above the one that is given count too. A subfolder `kernels` at the top is entered alone. Tables of classes that have no
 * model (`mla_bmm_perf.txt`) are found as well: their rows count. Folders of accelerators nobody asked for are named, not read.
 */
import { readdirSync, realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import {
  type Accelerator,
  enterFolder,
  fail,
  ok,
  type Result,
  TABLES,
  type TableContext,
  type TableName,
} from '@capline/core'
import { ioProblem, pathKind, shownPath } from './files.ts'
import { type Container, containerOf } from './tables.ts'

export interface TableFile extends Container {
  /** Undefined: a table of times whose class has no model, if it is one. */
  readonly op: TableName | undefined
  readonly context: TableContext
}

interface KernelFolder {
  readonly root: string
  readonly files: readonly TableFile[]
  /** Files that are no kernel table, as the user may know them. */
  readonly ignored: readonly string[]
  /** Accelerators with a folder of their own, read or not, as the folders write them. */
  readonly devices: readonly string[]
}

/** device/family/engine/version/table is four deep. */
const DEEPEST = 5

export type FindAccelerator = (name: string) => Accelerator | undefined

/** The operator class a file is named after. */
export const classNamed = (file: Container): string => file.stem.toLowerCase().replace(/_perf$/, '')

function tableFile(folder: string, name: string, context: TableContext): TableFile | undefined {
  const file = containerOf(folder, name)
  if (!file) return undefined
  const named = classNamed(file)
  return { op: TABLES.find((table) => table === named), context, ...file }
}

/**
 * What the folders say that lead to this one: h200_sxm/attention/trtllm/1.0.0 may be given by itself. Names above count
 * only where an engine's folder is among the last two: elsewhere a folder may be called anything.
 */
function contextOf(root: string, find: FindAccelerator): TableContext {
  const names = resolve(root).split(sep)
  const isEngine = (name: string) => enterFolder({}, name, find).backend !== undefined
  const engine = names.findLastIndex((name, i) => i >= names.length - 2 && isEngine(name))
  const first = engine < 0 ? names.length - 1 : Math.max(0, engine - 2)
  return names.slice(first).reduce<TableContext>((context, name) => enterFolder(context, name, find), {})
}

/** `only`: the accelerator whose folders are wanted. */
export function findKernelTables(folder: string, find: FindAccelerator, only?: Accelerator): Result<KernelFolder> {
  if (pathKind(folder) !== 'folder') return fail(shownPath(folder), 'is not a folder', 'Give a folder of kernel tables')
  const inner = join(folder, 'kernels')
  const root = pathKind(inner) === 'folder' ? inner : folder
  const files: TableFile[] = []
  const ignored: string[] = []
  const devices = new Set<string>()
  // A folder that links lead to twice is read once.
  const entered = new Set<string>()
  const enter = (path: string, within: string, context: TableContext, depth: number): void => {
    const place = realpathSync(path)
    if (entered.has(place)) return
    entered.add(place)
    for (const entry of readdirSync(path).sort()) {
      const kind = pathKind(join(path, entry))
      const shown = within === '' ? entry : `${within}/${entry}`
      if (kind === 'folder') {
        const next = enterFolder(context, entry, find)
        if (next.device === entry) devices.add(entry)
        const isWanted = only === undefined || next.device === undefined || find(next.device)?.id === only.id
        if (depth < DEEPEST && isWanted) enter(join(path, entry), shown, next, depth + 1)
        continue
      }
      const file = tableFile(path, entry, context)
      if (file) files.push(file)
      else if (kind === 'file' && depth === 0) ignored.push(shown)
    }
  }
  try {
    enter(root, '', contextOf(root, find), 0)
  } catch (error) {
    return ioProblem(root, error)
  }
  return ok({ root, files, ignored, devices: [...devices] })
}
