/** Text for people: made harmless where it came from a file, and with numbers kept beside their units. */

/** Foreign text without control and direction characters: a file's or a model's name cannot steer terminal or page. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?')
}

/** A name by which things are looked up, whatever its case, spaces, hyphens and underscores. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/** With a capital at its front. */
export function capitalised(text: string): string {
  return (text[0] ?? '').toUpperCase() + text.slice(1)
}

/** What binds a number to its unit where lines are broken. */
export const GLUE = '\u00a0'

const UNIT = /(\d) (?=(?:%|×|[nmµ]?s|min|h|GiB|MiB|KiB|TiB|B|J|W|[kMGTPE]?(?:flop|B)(?:\/[sB])?)(?:[^\w]|$))/g

/** A number and its unit stay on one line. */
export function glueUnits(text: string): string {
  return text.replace(UNIT, `$1${GLUE}`)
}
