export { count, Fault, isBlank, number, type TableRecord, text, Uncovered } from './cells.ts'
export { parseCsv } from './csv.ts'
