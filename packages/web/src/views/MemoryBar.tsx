/** Memory as a bar, and right under it the control that moves it most: the context of each sequence. */
import { type Answers, FIELDS, formatBytes, formatCount, segmentSpeech, segmentText } from '@capline/core'
import { setField, usePart } from '../app/page.ts'
import { NumberButton } from './NumberButton.tsx'

/** Ends of the slider: its positions are hundredths of a doubling. */
const LEAST = 256
const PER_DOUBLING = 16

function ContextSlider({ answers }: { readonly answers: Answers }) {
  const question = usePart((page) => page.link.question)
  const { tokens, fits, trained } = answers.context
  const output = Number(question.output ?? FIELDS.output.default)
  const limit = fits !== undefined && Number.isFinite(fits) ? fits : 0
  const most = Math.max(2 ** 17, trained ?? 0, Math.min(limit * 1.2, 2 ** 24), tokens)
  const steps = Math.ceil(Math.log2(most / LEAST) * PER_DOUBLING)
  const at = (x: number) => Math.min(steps, Math.max(0, Math.log2(x / LEAST) * PER_DOUBLING))
  const move = (step: number) => {
    const context = Math.round(LEAST * 2 ** (step / PER_DOUBLING))
    setField('prompt', Math.max(1, context - output))
  }
  const marks = [
    ...(limit > LEAST && limit <= most
      ? [{ at: limit, label: `fits up to ${formatCount(limit)}`, tone: 'limit' }]
      : []),
    ...(trained && trained > LEAST
      ? [{ at: trained, label: `trained for ${formatCount(trained)}`, tone: 'trained' }]
      : []),
  ]
  return (
    <div className="context">
      <label htmlFor="context-slider">
        Context per sequence <output>{formatCount(tokens)} tokens</output>
      </label>
      <div className="context-track">
        <input
          id="context-slider"
          type="range"
          min={0}
          max={steps}
          step={1}
          value={Math.round(at(tokens))}
          aria-valuetext={`${formatCount(tokens)} tokens${limit ? `, ${tokens <= limit ? 'fits' : 'does not fit'}` : ''}`}
          onChange={(event) => move(Number(event.target.value))}
        />
        <svg className="context-marks" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          {marks.map((mark) => (
            <line
              key={mark.tone}
              className={mark.tone}
              x1={(100 * at(mark.at)) / steps}
              x2={(100 * at(mark.at)) / steps}
              y1="0"
              y2="10"
            />
          ))}
        </svg>
      </div>
      <ul className="context-legend">
        {marks.map((mark) => (
          <li key={mark.tone} className={mark.tone}>
            {mark.label}
          </li>
        ))}
      </ul>
    </div>
  )
}

export function MemoryBar({ answers }: { readonly answers: Answers }) {
  const { bar } = answers
  const whole = Math.max(bar.capacityBytes ?? 0, bar.totalBytes)
  const over = bar.capacityBytes !== undefined && bar.capacityBytes < bar.totalBytes
  return (
    <section className="memory" aria-label="Memory">
      <h2>
        Memory{' '}
        <small>
          {formatBytes(bar.totalBytes)}
          {bar.capacityBytes !== undefined && ` of ${formatBytes(bar.capacityBytes)}`}
        </small>
      </h2>
      <div className="bar" role="img" aria-label={`Memory: ${segmentSpeech(bar)}`}>
        {bar.segments.map((segment) => (
          <span key={segment.id} className={`segment ${segment.id}`} style={{ flexGrow: segment.bytes / whole }} />
        ))}
        {over && (
          <span className="capacity" style={{ insetInlineStart: `${(100 * (bar.capacityBytes ?? 0)) / whole}%` }} />
        )}
      </div>
      <ul className="legend">
        {bar.segments.map((segment) => (
          <li key={segment.id}>
            <NumberButton id={segment.id} className="legend-button">
              <span className={`swatch ${segment.id}`} aria-hidden="true" />
              {segmentText(segment, bar)}
            </NumberButton>
          </li>
        ))}
        {over && <li className="over">capacity {formatBytes(bar.capacityBytes ?? 0)}</li>}
      </ul>
      <ContextSlider answers={answers} />
    </section>
  )
}
