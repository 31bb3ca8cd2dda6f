/** Plots of docs/fidelity.md as SVG text: seconds (throughput: tokens per second) on two logarithmic axes. */
import { type FidelityPlot, type PlotPoint, sampled } from './fidelityFile.ts'

const SIDE = 300
const MARGIN = 40

function secondsName(power: number): string {
  if (power >= 0) return `${10 ** power} s`
  return power >= -3 ? `${10 ** (power + 3)} ms` : `${10 ** (power + 6)} µs`
}

/** Predicted against measured, log-log; one path of dots per series keeps the file small. */
export function scatter({ title, what, points: rows }: FidelityPlot): string {
  const some = sampled(rows)
  const low = Math.floor(Math.log10(Math.min(...some.map((one) => Math.min(one.measured, one.predicted)))))
  const high = Math.ceil(Math.log10(Math.max(...some.map((one) => Math.max(one.measured, one.predicted)))))
  const at = (seconds: number) =>
    Math.round((Math.max(0, (Math.log10(seconds) - low) / (high - low)) * SIDE + MARGIN) * 10) / 10
  const total = SIDE + 2 * MARGIN
  const dots = (value: (one: PlotPoint) => number) =>
    some.map((one) => `M${at(one.measured)} ${Math.round((total - at(value(one))) * 10) / 10}h0`).join('')
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const name = (power: number) => (what === 'throughput' ? String(10 ** power) : secondsName(power))
  const grid = ticks
    .map((power) => {
      const x = at(10 ** power)
      const y = total - x
      const edge = total - MARGIN
      return `<path d="M${x} ${MARGIN}V${edge}M${MARGIN} ${y}H${edge}" class="g"/><text x="${x}" y="${edge + 14}" text-anchor="middle">${name(power)}</text><text x="${MARGIN - 4}" y="${y + 3}" text-anchor="end">${name(power)}</text>`
    })
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${total}" font-family="sans-serif" font-size="9">
<title>${title}: predicted against measured</title>
<style>.g{stroke:#ddd;stroke-width:.5}.d{fill:none;stroke-linecap:round;stroke-width:3}text{fill:#555}</style>
<rect width="100%" height="100%" fill="#fff"/>${grid}
<path d="M${MARGIN} ${total - MARGIN}L${total - MARGIN} ${MARGIN}" stroke="#999" stroke-dasharray="3 3"/>
<path class="d" stroke="#bbb" d="${dots((one) => one.roofline)}"/>
<path class="d" stroke="#1f6feb" stroke-opacity=".6" d="${dots((one) => one.predicted)}"/>
<text x="${total / 2}" y="14" text-anchor="middle" font-size="11">${title}</text>
<text x="${total / 2}" y="28" text-anchor="middle">measured → ; predicted ↑ ; blue: calibrated, grey: roofline</text>
</svg>
`
}
