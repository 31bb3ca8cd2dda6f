/**
 * The kernel tables under a folder: `gemm.csv`, `gemm.csv.gz`, `gemm.parquet`, `gemm_perf.parquet`, one per operator class,
 * directly or in subfolders named after the accelerator, the engine and its version (h100_sxm/vllm/0.24.0/…). A subfolder
 * `kernels` at the top is entered alone. Folders of accelerators nobody asked for are named, not read.
 */
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
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
  readonly op: TableName
  readonly context: TableContext
}

export interface KernelFolder {
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

function tableFile(folder: string, name: string, context: TableContext): TableFile | undefined {
  const file = containerOf(folder, name)
  const op = file && TABLES.find((table) => table === file.stem || `${table}_perf` === file.stem)
  return op ? { op, context, ...file } : undefined
}

/** `only`: the accelerator whose folders are wanted. */
export function findKernelTables(folder: string, find: FindAccelerator, only?: Accelerator): Result<KernelFolder> {
  if (pathKind(folder) !== 'folder') return fail(shownPath(folder), 'is not a folder', 'Give a folder of kernel tables')
  const inner = join(folder, 'kernels')
  const root = pathKind(inner) === 'folder' ? inner : folder
  const files: TableFile[] = []
  const ignored: string[] = []
  const devices = new Set<string>()
  const enter = (path: string, within: string, context: TableContext, depth: number): void => {
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
      else if (kind === 'file' && (depth === 0 || /\.(?:csv|csv\.gz|parquet)$/.test(entry))) ignored.push(shown)
    }
  }
  try {
    enter(root, '', enterFolder({}, basename(resolve(root)), find), 0)
  } catch (error) {
    return ioProblem(root, error)
  }
  return ok({ root, files, ignored, devices: [...devices] })
}
