export { parseCsv } from './csv.ts'
export * from './measurement.ts'
export { readKernelTable, type TableRecord } from './read.ts'
