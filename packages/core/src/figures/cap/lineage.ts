/** Figure 3 of the CAP survey: which works on attention over a spread-out sequence build on which. */
import { ok } from '../../units/result.ts'
import type { Figure } from '../figure.ts'

interface Work {
  readonly id: string
  readonly name: string
  readonly column: number
  readonly row: number
  /** Not made for long context: dashed in the survey. */
  readonly general?: boolean
}

export const WORKS: readonly Work[] = [
  { id: 'online-normalizer', name: 'Online Normalizer', column: 0, row: 0, general: true },
  { id: 'memory-efficient', name: 'Memory Efficient Attention', column: 0, row: 1, general: true },
  { id: 'flash', name: 'FlashAttention', column: 1, row: 1, general: true },
  { id: 'bpt', name: 'Blockwise Parallel Transformer', column: 0, row: 2 },
  { id: 'ring', name: 'Ring Attention', column: 1, row: 2 },
  { id: 'burst', name: 'Burst Attention', column: 2, row: 2 },
  { id: 'striped', name: 'Striped Attention', column: 1, row: 3 },
  { id: 'dist', name: 'Dist Attention', column: 2, row: 3 },
]

/** What is taken over, as section 2.4.3 says it. */
export const LINEAGE: readonly { readonly from: string; readonly to: string; readonly reuses: string }[] = [
  { from: 'online-normalizer', to: 'memory-efficient', reuses: 'softmax in blocks, merged by maximum and sum' },
  { from: 'memory-efficient', to: 'flash', reuses: 'attention in blocks, as one CUDA kernel' },
  { from: 'memory-efficient', to: 'bpt', reuses: 'attention in blocks, fused with the feed-forward network' },
  { from: 'bpt', to: 'ring', reuses: 'blockwise attention and feed-forward, spread over devices in a ring' },
  { from: 'ring', to: 'burst', reuses: 'the ring, with a global optimiser that coordinates it' },
  { from: 'flash', to: 'burst', reuses: 'tiles inside each device' },
  { from: 'ring', to: 'striped', reuses: 'the ring, with tokens dealt out so that causal work is even' },
  { from: 'ring', to: 'dist', reuses: 'the spread-out cache, for a query of one token' },
]

export const CAP_FIGURE_3: Figure = {
  id: 'cap-3',
  document: 'cap',
  number: '3',
  title: 'Works of sequence parallelism, and what they build on',
  section: '2.4.3',
  caption: 'An arrow leads from a work to one that takes it further. Dashed: not made for serving long context.',
  parameters: [],
  flags: ['The positions of the boxes survive in the survey’s HTML, the arrows do not: they are those of the text.'],
  compute() {
    const name = (id: string) => WORKS.find((work) => work.id === id)?.name ?? id
    return ok({
      settings: ['edges as section 2.4.3 describes them'],
      rows: LINEAGE.map(({ from, to, reuses }) => ({ from: name(from), to: name(to), reuses })),
      panels: [
        {
          kind: 'diagram',
          columns: 3,
          rows: 4,
          gap: 56,
          boxes: WORKS.map((work) => ({
            id: work.id,
            lines: [work.name],
            column: work.column,
            row: work.row,
            ...(work.general ? { dashed: true } : { tone: 's1' as const }),
          })),
          edges: LINEAGE.map(({ from, to, reuses }) => ({ from, to, text: `${name(to)} takes over: ${reuses}` })),
          legend: [
            { label: 'made for long context', tone: 's1' },
            { label: 'not made for long context', dashed: true },
          ],
        },
      ],
      findings: ['All of them rest on one identity: partial softmaxes merge exactly by their maxima and sums.'],
    })
  },
}
