/** The roofline: roofs in use, ridge points, the operators of both phases; over it, if wanted, a pinned scenario. */
import { useAsk } from '../app/client.ts'
import { update, usePage } from '../app/page.ts'
import { pinName } from '../app/pins.ts'
import { Choice } from '../parts/Choice.tsx'
import { Plot } from '../parts/Plot.tsx'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { BasisBadge } from './BasisBadge.tsx'

export default function RooflineView() {
  const { link, pins, overlay, operator } = usePage()
  const pin = overlay === undefined ? undefined : pins[overlay]
  const { value, problem } = useAsk('roofline', pin ? { link, other: pin.link } : { link })
  const sheet = useAsk(
    'operator',
    operator ? { link, phase: 'request', group: operator.group, name: operator.name } : undefined,
  )
  const [chart, other] = value ?? []
  const highlights =
    operator && sheet.value?.name === operator.name
      ? sheet.value.phases.flatMap((phase) => (phase.point ? [{ ...phase.point, tone: phase.phase }] : []))
      : []
  return (
    <div className="roofline">
      <div className="view-bar">
        <ul className="key">
          <li>
            <span className="swatch prefill round" aria-hidden="true" /> prefill
          </li>
          <li>
            <span className="swatch decode" aria-hidden="true" /> decode, one step
          </li>
          <li className="muted">the larger, the more of the time</li>
          {highlights.length > 0 && <li>ringed: {operator?.name}</li>}
        </ul>
        <BasisBadge />
        {pins.length > 0 && (
          <Choice
            label="Overlay"
            value={overlay === undefined ? '' : String(overlay)}
            options={[{ id: '', name: 'nothing' }, ...pins.map((one, i) => ({ id: String(i), name: pinName(one) }))]}
            onChange={(id) => update({ overlay: (id === '' ? undefined : Number(id)) as never })}
          />
        )}
      </div>
      {problem && <ProblemNote problem={problem} keeps={chart !== undefined} />}
      {chart ? (
        <Plot chart={chart} other={other} highlights={highlights} height={520} />
      ) : (
        !problem && <p className="loading">Drawing the roofline</p>
      )}
      {other && pin && (
        <p className="muted">
          Hollow and dashed: {pinName(pin)}.{pin.with !== '' && ' Operators are drawn without techniques.'}
        </p>
      )}
      {pins.length === 0 && <p className="muted">Pin a scenario to lay it over this one.</p>}
    </div>
  )
}
