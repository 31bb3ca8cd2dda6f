/** Speculative decoding (viewer paper section 4.2.1). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('speculative-decoding', 'model')

export const SPECULATIVE: readonly TechniqueRow[] = [
  row('speculative-decoding', 'Speculative decoding (Leviathan)', 'VW 4.2.1', 'V122', 'P*', {
    mechanism:
      'A small model proposes some tokens and the large one checks them in one pass; what it would not have said is drawn again.',
    tags: ['lossless', 'distribution kept'],
    uses: [use('TPP', { acceptance: 0.594 }, { gamma: 4, draftCost: 0.1 })],
    notes: [
      'Acceptance set so that a pass yields 2.28 tokens, as speculative sampling was measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01779).',
    ],
  }),
  row('speculative-sampling', 'Speculative sampling (Chen 2023a)', 'VW 4.2.1', 'V18', 'P*', {
    mechanism: 'The same acceptance rule, found independently.',
    tags: ['lossless', 'distribution kept'],
    uses: [use('TPP', { acceptance: 0.594 }, { gamma: 4, draftCost: 0.1 })],
    notes: [
      'Acceptance set so that a pass yields 2.28 tokens, as speculative sampling was measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01779).',
    ],
  }),
  row('bild', 'BiLD (big little decoder)', 'VW 4.2.1', 'V107', 'P*', {
    mechanism: 'The small model writes until it is unsure; the large one checks and takes back what it doubts.',
    uses: [use('TPP', { lossless: false }, { gamma: 8, acceptance: 0.8, draftCost: 0.1 })],
  }),
  row('spectr', 'SpecTr', 'VW 4.2.1', 'V191', 'P*', {
    mechanism: 'Checks several drafts at once with the best possible acceptance.',
    tags: ['lossless', 'draft tree'],
    uses: [use('TPP', {}, { gamma: 4, candidates: 8, tokensPerPass: 2.6, draftCost: 0.1 })],
    notes: [
      'What eight drafts yield more than one (2.28, record E01779) is an assumption: drafts of one model resemble each other, and counting them as independent would give 4.5.',
    ],
  }),
  row('specinfer', 'SpecInfer', 'VW 4.2.1', 'V147', 'P*', {
    mechanism: 'Several small models grow one tree of proposals, checked in one pass.',
    tags: ['lossless', 'draft tree'],
    uses: [
      use('TPP', {}, { gamma: 5, acceptance: 0.5, treeNodes: 20, treeWidth: 3, draftCost: 0.05 }),
      use('APAT', { mask: 'tree' }),
    ],
    training: 'the draft models',
  }),
  row('llmcad', 'LLMCad', 'VW 4.2.1', 'V220', 'P*', {
    mechanism: 'The small model stays in memory and the large one is loaded only to check.',
    layer: 'system',
    tags: ['edge', 'draft tree'],
    uses: [
      use('TPP', {}, { gamma: 8, acceptance: 0.5, treeNodes: 16, treeWidth: 2, draftCost: 0.05 }),
      use('PLACE', { what: 'weights', tier: 'disk' }),
    ],
  }),
  row('distillspec', 'DistillSpec', 'VW 4.2.1', 'V250', 'P*', {
    mechanism: 'Tunes the draft to the large model, so that more of it is accepted.',
    tags: ['lossless', 'distilled draft'],
    uses: [
      use('TPP', {}, { gamma: 4, acceptance: 0.7, draftCost: 0.1 }),
      use('TRAIN', { what: 'draft on the target’s text', part: 'draft' }),
    ],
    training: 'the draft',
    notes: ['Stated only as a gain in acceptance.'],
  }),
  row('online-speculative-decoding', 'Online speculative decoding (OSD)', 'VW 4.2.1', 'V138', 'P*', {
    mechanism: 'Goes on tuning the draft to live requests with arithmetic that decode leaves idle.',
    layer: 'system',
    tags: ['lossless', 'distilled draft'],
    uses: [
      use('TPP', {}, { gamma: 4, acceptance: 0.65, draftCost: 0.1 }),
      use('TRAIN', { what: 'draft on live requests', part: 'draft' }),
      use('SCHED', { spareCompute: true }),
    ],
    training: 'the draft, while serving',
    notes: ['Acceptance grows while it serves.'],
  }),
  row('draft-and-verify', 'Draft and Verify (self-speculative)', 'VW 4.2.1', 'V240', 'P*', {
    mechanism: 'The model drafts for itself by skipping some of its middle layers.',
    tags: ['lossless', 'distilled draft'],
    uses: [
      use('TPP', {}, { gamma: 8, acceptance: 0.9, draftLayerShare: 0.6 }),
      use('LFRAC', { scope: 'draft' }, { fraction: 0.6 }),
    ],
  }),
]
