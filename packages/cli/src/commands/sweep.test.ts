/** A sweep names its basis and how many accelerators it is on, and every number made of time has its interval. */
import { describe, expect, it } from 'vitest'
import { main } from '../main.ts'

async function sweep(...argv: string[]): Promise<string> {
  let [out, err] = ['', '']
  const code = await main(['sweep', 'llama-3.1-8b', '--on', 'h100-sxm', ...argv], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    width: 120,
    colour: false,
    progress: false,
  })
  expect(err).toBe('')
  expect(code).toBe(0)
  return out
}

const RANGES = [
  ['ttftS', 'ttftLowS', 'ttftHighS'],
  ['tpotS', 'tpotLowS', 'tpotHighS'],
  ['e2eS', 'e2eLowS', 'e2eHighS'],
  ['prefillTimeS', 'prefillTimeLowS', 'prefillTimeHighS'],
  ['decodeTimeS', 'decodeTimeLowS', 'decodeTimeHighS'],
  ['outputTokensPerS', 'outputTokensPerSLow', 'outputTokensPerSHigh'],
  ['energyPerOutputTokenJ', 'energyPerOutputTokenLowJ', 'energyPerOutputTokenHighJ'],
  ['priceUsdPerMillionOutputTokens', 'priceUsdPerMillionOutputTokensLow', 'priceUsdPerMillionOutputTokensHigh'],
] as const

describe('a calibrated sweep', () => {
  const asked = ['--basis', 'calibrated', '--price', '2', '--over', 'batch=1..16:log'] as const

  it('has both ends of every number made of time, in JSON and CSV, and says its basis', async () => {
    const { rows, basis } = JSON.parse(await sweep(...asked, '--json'))
    expect(basis.id).toBe('calibrated')
    expect(basis.text).toBe('calibrated, an engine like vLLM, 80 % interval')
    const header = (await sweep(...asked, '--csv')).split('\n')[0]?.split(',') ?? []
    expect(rows).toHaveLength(5)
    for (const row of rows) {
      for (const [value, low, high] of RANGES) {
        expect(row[low], low).toBeLessThan(row[value])
        expect(row[high], high).toBeGreaterThan(row[value])
        expect(header.indexOf(low), low).toBe(header.indexOf(value) + 1)
        expect(header.indexOf(high), high).toBe(header.indexOf(value) + 2)
      }
      expect(row.borrowedShare).toBeGreaterThanOrEqual(0)
      expect(row.extrapolatedShare).toBeGreaterThanOrEqual(0)
    }
  })

  it('says all that in the terminal too, on as many accelerators as were asked for', async () => {
    const text = await sweep(...asked, '--count', '2')
    const [title, basis] = text.split('\n')
    expect(title).toContain('on 2 × NVIDIA H100')
    expect(basis).toContain('calibrated, an engine like vLLM, 80 % interval')
    // 11.3 ms (10.4–12.5)
    const row = text.split('\n').find((line) => /^\s+16\s/.test(line)) ?? ''
    expect(row.match(/\(\S.*?–.*?\)/g)?.length).toBeGreaterThanOrEqual(3)
  })

  it('counts the accelerators where they are what varies', async () => {
    const asTp = ['--basis', 'calibrated', '--over', 'tp=1,2,4'] as const
    const { rows } = JSON.parse(await sweep(...asTp, '--json'))
    expect(rows.map((row: { accelerators: number }) => row.accelerators)).toEqual([1, 2, 4])
    expect((await sweep(...asTp)).split('\n')[0]).toContain('on 1 to 4 × NVIDIA H100')
  })
})

describe('a sweep of the roofline', () => {
  it('is a floor without ends, and says so; where the basis varies every row has its own', async () => {
    const text = await sweep('--over', 'batch=1,2')
    expect(text.split('\n')[1]).toContain('roofline: a floor')
    expect(text).not.toContain('–')
    const { rows, basis } = JSON.parse(await sweep('--over', 'basis=roofline,calibrated', '--json'))
    expect(basis).toBeNull()
    expect(rows[0].tpotLowS).toBeNull()
    expect(rows[1].tpotLowS).toBeLessThan(rows[1].tpotS)
    expect((await sweep('--over', 'basis=roofline,calibrated')).split('\n')[1]).toContain('roofline: a floor')
  })
})
