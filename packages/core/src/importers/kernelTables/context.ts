/**
 * What the path of a table says about its rows. Public tables come as one file per operator class with a `device` column,
 * or as collected: device/family/engine/version/gemm_perf.parquet, where the device column holds the driver's name, the
 * engine stands in `framework` or only in the path, and the version in `version`. The latter are completed to the former.
 */
import { type Accelerator, findAccelerator } from '../../catalog/accelerators/index.ts'
import { type TableRecord, text } from '../table/cells.ts'

export interface TableContext {
  /** As the path writes it. */
  readonly device?: string
  readonly backend?: string
  readonly version?: string
}

const ENGINES = ['vllm', 'sglang', 'trtllm', 'nccl', 'oneccl']

/** The context inside a folder of this name. */
export function enterFolder(
  outer: TableContext,
  name: string,
  find: (name: string) => Accelerator | undefined = findAccelerator,
): TableContext {
  if (find(name)) return { device: name }
  const engine = name.toLowerCase()
  if (ENGINES.includes(engine)) {
    return outer.device === undefined ? { backend: engine } : { device: outer.device, backend: engine }
  }
  return outer.backend !== undefined && /^v?\d/.test(name) ? { ...outer, version: name } : outer
}

/** A folder names what the cell leaves open, or names the same accelerator by its driver's name. */
function isSaidBetter(cell: string, folder: string, find: (name: string) => Accelerator | undefined): boolean {
  const known = cell === '' ? undefined : find(cell)
  return known === undefined || known.id === find(folder)?.id
}

/** The cell where there is one, else what the path says. */
export function completeRecords(
  records: readonly TableRecord[],
  context: TableContext,
  find: (name: string) => Accelerator | undefined = findAccelerator,
): readonly TableRecord[] {
  const [first] = records
  if (!first) return records
  const isComplete = 'backend_name' in first && 'device' in first && context.device === undefined
  if (isComplete) return records
  return records.map((record) => {
    const device = text(record, 'device')
    const backend = text(record, 'backend_name') || context.backend || text(record, 'framework').toLowerCase()
    const version = text(record, 'backend_version') || context.version || text(record, 'version')
    const own = context.device !== undefined && isSaidBetter(device, context.device, find) ? context.device : device
    return {
      ...record,
      ...(own === '' ? {} : { device: own }),
      ...(backend === '' ? {} : { backend_name: backend }),
      ...(version === '' ? {} : { backend_version: version }),
    }
  })
}
