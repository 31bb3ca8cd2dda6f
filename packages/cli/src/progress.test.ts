/** Progress is for people who wait, not for pipes. */
import { describe, expect, it } from 'vitest'
import { showProgress } from './progress.ts'

function run(progress: boolean, stepMs: number): string {
  let time = 0
  let shown = ''
  const err = (text: string) => {
    shown += text
  }
  const terminal = { out: () => {}, err, width: 80, colour: false, progress }
  const line = showProgress(terminal, 10, 'points', () => time)
  for (let i = 0; i < 10; i++) {
    time += stepMs
    line.step()
  }
  line.end()
  return shown
}

describe('showProgress', () => {
  it('is silent on short jobs and where nobody watches', () => {
    expect(run(true, 50)).toBe('')
    expect(run(false, 5000)).toBe('')
  })

  it('says how far a long job is, and clears its line', () => {
    const shown = run(true, 500)
    expect(shown).toContain('5 of 10 points (50 %), 3 s left')
    expect(shown.endsWith('\r\u001b[K')).toBe(true)
  })
})
