/** The models the worker knows: the catalogue, and what the user brought in this visit. */
import { importHfConfig, type ModelSpec } from '@capline/core'
import fixture from './fixture.json' with { type: 'json' }

const ROWS: ModelSpec[] = Object.entries(fixture).flatMap(([name, config]) => {
  const read = importHfConfig(config, { name })
  return read.ok ? [read.value] : []
})

export const listModels = (): readonly ModelSpec[] => ROWS
export const findModel = (name: string): ModelSpec | undefined => ROWS.find((row) => row.id === name.toLowerCase())
export const suggestModels = (_: string): string[] => ROWS.slice(0, 3).map((row) => row.id)
