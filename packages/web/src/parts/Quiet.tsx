/** A part of a drawing that says nothing to screen readers: what it shows is told elsewhere. */
import type { SVGProps } from 'react'

export function Quiet(props: SVGProps<SVGGElement>) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing inside takes focus
  return <g aria-hidden="true" {...props} />
}
