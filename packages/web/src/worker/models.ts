/** The models the worker knows by name: the catalogue of the core. */
import { findModel as findRow, MODELS, type ModelSpec } from '@capline/core'

export { suggestModels } from '@capline/core'

export const listModels = (): readonly ModelSpec[] => Object.values(MODELS).map((row) => row.spec)
export const findModel = (name: string): ModelSpec | undefined => findRow(name)?.spec
