/**
 * A pinned scenario: a question and the techniques turned on for it, everything the page's answers hang on. In the address it
 * is one value, core's packed link with the techniques as one more part (`model:…~on:…~with:h2o,w4`).
 */
import { type FieldName, fieldText, flagOf, type Problem, packLink, type QuestionLink, unpackLink } from '@capline/core'

export interface Pin {
  readonly link: QuestionLink
  /** As the command line's `--with` writes it; empty: none. */
  readonly with: string
}

export const MOST_PINS = 6
export const MOST_WITH = 2000

/** What a pinned scenario is called: what it asks, layout and basis too, in a few words. */
export function pinName({ link, with: techniques }: Pin): string {
  const asked = Object.entries(link.question).map(
    ([name, value]) => `${flagOf(name)} ${fieldText(name as FieldName, value as number | string)}`,
  )
  const count = link.count > 1 ? `${link.count} × ` : ''
  const name = [`${link.model.replace(/^file:/, '')} on ${count}${link.accelerator}`, ...asked].join(', ')
  return techniques === '' ? name : `${name}, with ${techniques.replaceAll(',', ', ')}`
}

/** The last of them stay. */
export const withPin = (pins: readonly Pin[], pin: Pin): readonly Pin[] => [...pins.slice(1 - MOST_PINS), pin]

const WITH = 'with:'

export function packPin({ link, with: techniques }: Pin): string {
  const packed = packLink(link)
  return techniques === '' ? packed : `${packed}~${WITH}${techniques.replaceAll('%', '%25').replaceAll('~', '%7E')}`
}

export function unpackPin(
  text: string,
  base: QuestionLink,
): { readonly pin: Pin; readonly problems: readonly Problem[] } {
  const parts = text.split('~')
  const techniques = parts.find((part) => part.startsWith(WITH))?.slice(WITH.length) ?? ''
  const { link, problems } = unpackLink(parts.filter((part) => !part.startsWith(WITH)).join('~'), base)
  return {
    pin: { link, with: techniques.replaceAll('%7E', '~').replaceAll('%25', '%').slice(0, MOST_WITH) },
    problems,
  }
}
