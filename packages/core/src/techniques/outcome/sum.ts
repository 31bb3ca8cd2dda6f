/**
 * Σ of a price over consecutive contexts, where the price is nearly piecewise linear in the context: a straight run is its
 * trapezoid, any other is halved. Exact for straight lines; a bend is followed down to single contexts or to a relative
 * difference of 1e-6.
 */
export function sumAlong(price: (context: number) => number, from: number, steps: number): number {
  if (steps <= 0) return 0
  const first = price(from)
  if (steps === 1) return first
  return run(price, from, steps, first, price(from + steps - 1), 0)
}

const DEPTH = 12

function run(
  price: (context: number) => number,
  from: number,
  steps: number,
  first: number,
  last: number,
  depth: number,
): number {
  if (steps <= 2) return steps === 1 ? first : first + last
  const half = Math.floor((steps - 1) / 2)
  const middle = price(from + half)
  const line = first + ((last - first) * half) / (steps - 1)
  if (depth >= DEPTH || Math.abs(middle - line) <= 1e-6 * Math.abs(line)) {
    // Two trapezoids that meet in the middle, which counts once.
    return ((half + 1) * (first + middle)) / 2 + ((steps - half) * (middle + last)) / 2 - middle
  }
  return (
    run(price, from, half + 1, first, middle, depth + 1) +
    run(price, from + half, steps - half, middle, last, depth + 1) -
    middle
  )
}
