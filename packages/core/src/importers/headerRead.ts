/** What reading the header of a file gives while only its beginning is at hand. */
import type { Result } from '../units/result.ts'

/** A header, a problem, or the least length of the window (always longer than the one given, never past the file). */
export type HeaderRead<T> = Result<T> | { readonly need: number }
