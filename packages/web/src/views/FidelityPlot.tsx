/** Predicted over measured, both logarithmic: one dot per measurement for ours, a fainter one for the roofline. */
import { formatNumber, formatSeconds } from '@capline/core'
import type { FidelityPoint, FidelityPlot as Plot } from '../fidelity/file.ts'

const SIDE = 240
const LEFT = 52
const BOTTOM = 26
const TOP = 8

export function FidelityPlot({ plot }: { readonly plot: Plot }) {
  const { points, title, what } = plot
  const least = Math.min(...points.map(([measured, ours]) => Math.min(measured, ours)))
  const most = Math.max(...points.map(([measured, ours]) => Math.max(measured, ours)))
  const low = Math.floor(Math.log10(least))
  const high = Math.max(low + 1, Math.ceil(Math.log10(most)))
  const at = (x: number) => (Math.min(Math.max(Math.log10(x), low), high) - low) / (high - low)
  const x = (value: number) => (LEFT + SIDE * at(value)).toFixed(1)
  const y = (value: number) => (TOP + SIDE * (1 - at(value))).toFixed(1)
  const dots = (of: (point: FidelityPoint) => number) =>
    points
      .filter((point) => of(point) > 0)
      .map((point) => `M${x(point[0])} ${y(of(point))}h0`)
      .join('')
  const text = what === 'throughput' ? (value: number) => formatNumber(value) : formatSeconds
  const every = Math.ceil((high - low) / 4)
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((power) => (power - low) % every === 0)
  const errors = points.map(([measured, ours]) => Math.abs(ours / measured - 1)).sort((a, b) => a - b)
  const median = formatNumber(100 * (errors[Math.floor(errors.length / 2)] ?? 0), 2)
  return (
    <figure className="fidelity-plot">
      <figcaption>
        {title}{' '}
        <small>
          {points.length} of them, median {median} %
        </small>
      </figcaption>
      <svg
        viewBox={`0 0 ${LEFT + SIDE + 8} ${TOP + SIDE + BOTTOM}`}
        role="img"
        aria-label={`${title}: predicted against measured, ${points.length} points, median error ${median} per cent`}
      >
        {ticks.map((power) => (
          <g key={power}>
            <path className="grid" d={`M${x(10 ** power)} ${TOP}v${SIDE}M${LEFT} ${y(10 ** power)}h${SIDE}`} />
            <text x={x(10 ** power)} y={TOP + SIDE + 16} textAnchor={power === high ? 'end' : 'middle'}>
              {text(10 ** power)}
            </text>
            <text x={LEFT - 5} y={Number(y(10 ** power)) + 4} textAnchor="end">
              {text(10 ** power)}
            </text>
          </g>
        ))}
        <path className="equal" d={`M${LEFT} ${TOP + SIDE}L${LEFT + SIDE} ${TOP}`} />
        <path className="dots ideal" d={dots((point) => point[2])} />
        <path className="dots ours" d={dots((point) => point[1])} />
      </svg>
    </figure>
  )
}
