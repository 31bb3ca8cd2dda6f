import type { EngineTable } from './table.ts'

export const ENGINE_TABLE: EngineTable = {
  source: 'none yet',
  engines: {
    vllm: { eras: [{ before: '0.14', exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06, points: 0, fittedPct: 0 }, { exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06, points: 0, fittedPct: 0 }] },
    sglang: { eras: [{ exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06, points: 0, fittedPct: 0 }] },
    trtllm: { eras: [{ before: '1.1', exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06, points: 0, fittedPct: 0 }, { exposedS: 0, exposedSequenceS: 0, arrivalS: 0.03, queueShare: 0.06, points: 0, fittedPct: 0 }] },
  },
  leftOut: [],
}
