/** Results as data for people and programs: rows, tables, JSON, CSV, Markdown, summaries, chart specifications. */
export * from './json.ts'
export * from './markdown.ts'
export * from './notes.ts'
export * from './operators.ts'
export * from './rows.ts'
export * from './sources.ts'
export * from './summary.ts'
export * from './table.ts'
