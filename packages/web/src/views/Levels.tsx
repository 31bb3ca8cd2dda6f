/** What must hold, for each of the three: levels that verdicts and rankings go by. All of them in the address. */
import { readThresholds, THRESHOLD_FLAGS } from '@capline/core'
import { levelPairs, withLevel } from '../app/levels.ts'
import { currentPage, update, usePart } from '../app/page.ts'
import { TextField } from '../parts/TextField.tsx'

const LABELS: Readonly<Record<string, string>> = {
  minContext: 'Context, at least',
  keepAccuracy: 'Accuracy kept, at least',
  maxTtft: 'TTFT, at most',
  maxTpot: 'TPOT, at most',
  minThroughput: 'Tokens per second, at least',
  maxCost: 'Dollars per million tokens, at most',
}

export function Levels() {
  const text = usePart((page) => page.levels ?? '')
  const set = levelPairs(text)
  const count = Object.keys(set).length
  return (
    <details className="levels" open={count > 0 || undefined}>
      <summary>
        What must hold{count > 0 ? `: ${text.replaceAll(',', ', ')}` : ' (context, accuracy, performance)'}
      </summary>
      <div className="levels-fields">
        {THRESHOLD_FLAGS.map(({ flag, help }) => (
          <TextField
            key={flag}
            label={LABELS[flag] ?? flag}
            value={set[flag] ?? ''}
            placeholder="no level"
            title={help}
            read={(own) => readThresholds({ [flag]: own })}
            onChange={(own) =>
              update({ levels: withLevel(currentPage().levels ?? '', flag, own?.replaceAll(',', '')) })
            }
          />
        ))}
      </div>
    </details>
  )
}
