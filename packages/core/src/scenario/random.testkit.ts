/** Random models, steps and scenarios of every kind of layer, for laws that must hold for all of them. */
import fc from 'fast-check'
import type { StepGroup } from '../architecture/extent.ts'
import type { Attention, Ffn, Layer, Mixer, ModelSpec, Pattern } from '../architecture/model.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { decoder } from './scenario.testkit.ts'

const HEADS = [1, 2, 4, 8, 16, 32]

const patterns: fc.Arbitrary<Pattern> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Pattern>({ kind: 'causal' }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4096 }).map((window): Pattern => ({ kind: 'sliding', window })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4096 }).map((chunk): Pattern => ({ kind: 'chunked', chunk })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ ratio: fc.constantFrom(2, 3, 4, 16), window: fc.integer({ min: 1, max: 256 }) })
      .map((r): Pattern => ({ kind: 'compressed', ...r })),
  },
)

const attentions: fc.Arbitrary<Attention> = fc
  .record({
    pattern: patterns,
    kv: fc.constantFrom(...HEADS),
    group: fc.constantFrom(1, 2, 4, 8),
    headDim: fc.constantFrom(32, 64, 96, 128, 256),
    qkvBias: fc.boolean(),
    qkNorm: fc.constantFrom<('head' | 'width')[]>('head', 'width'),
    outputGate: fc.boolean(),
    keyIsValue: fc.boolean(),
    sinks: fc.boolean(),
  })
  .map((r) => ({
    kind: 'attention',
    numQHeads: r.kv * r.group,
    numKvHeads: r.kv,
    headDim: r.headDim,
    pattern: r.pattern,
    qkvBias: r.qkvBias,
    outBias: false,
    qkNorm: r.qkNorm,
    rotaryDim: r.headDim,
    outputGate: r.outputGate,
    keyIsValue: r.keyIsValue,
    sinks: r.sinks,
  }))

const latents: fc.Arbitrary<Mixer> = fc
  .record({ heads: fc.constantFrom(...HEADS), q: fc.boolean(), sparse: fc.boolean() })
  .map((r) => ({
    kind: 'mla',
    numQHeads: r.heads,
    ...(r.q ? { qLoraRank: 384 } : {}),
    kvLoraRank: 512,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
    pattern: r.sparse ? { kind: 'selected', topK: 2048 } : { kind: 'causal' },
  }))

const linears: fc.Arbitrary<Mixer> = fc
  .record({ key: fc.constantFrom(4, 16), rule: fc.constantFrom('delta', 'kda', 'gla', 'lightning') })
  .map(
    (r): Mixer => ({
      kind: 'linear',
      rule: r.rule as 'delta',
      numKeyHeads: r.key,
      numValueHeads: r.rule === 'delta' ? 2 * r.key : r.key,
      keyHeadDim: 128,
      valueHeadDim: 128,
      convTaps: 4,
      outputGate: true,
      gateRank: r.rule === 'delta' || r.rule === 'lightning' ? 0 : 128,
    }),
  )

const stateSpaces: fc.Arbitrary<Mixer> = fc.constantFrom('mamba1' as const, 'mamba2' as const).map((kind) => ({
  kind,
  innerSize: 2048,
  stateSize: kind === 'mamba1' ? 16 : 128,
  convTaps: 4,
  numHeads: kind === 'mamba1' ? 0 : 32,
  numGroups: 1,
  dtRank: kind === 'mamba1' ? 64 : 0,
  convBias: true,
  projBias: false,
}))

const ffns: fc.Arbitrary<Ffn> = fc.oneof(
  fc
    .record({ size: fc.integer({ min: 64, max: 20000 }), gated: fc.boolean() })
    .map((r): Ffn => ({ kind: 'dense', intermediateSize: r.size, gated: r.gated, activation: 'silu', bias: false })),
  fc
    .record({
      experts: fc.integer({ min: 2, max: 512 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      shared: fc.boolean(),
      latent: fc.boolean(),
    })
    .map(
      (r): Ffn => ({
        kind: 'moe',
        numExperts: r.experts,
        topK: 1 + Math.floor(r.share * (r.experts - 1)),
        expertIntermediateSize: 768,
        gated: true,
        activation: 'silu',
        expertBias: false,
        routerBias: false,
        ...(r.shared ? { sharedIntermediateSize: 1024 } : {}),
        ...(r.latent ? { latentSize: 256 } : {}),
      }),
    ),
)

const layers: fc.Arbitrary<Layer> = fc
  .record({
    mixer: fc.oneof({ weight: 4, arbitrary: attentions }, latents, linears, stateSpaces),
    ffn: ffns,
    norm: fc.constantFrom<Layer['normPlacement'][]>('pre', 'post', 'both'),
    parallel: fc.boolean(),
  })
  .map((r) => ({
    name: 'random layer',
    norm: { kind: 'rms', bias: false },
    normPlacement: r.norm,
    mixer: r.mixer,
    ffn: r.ffn,
    ...(r.parallel ? { parallel: 'own-norms' as const } : {}),
  }))

/** Decoders of one to three layer kinds in any order. */
export const models: fc.Arbitrary<ModelSpec> = fc
  .record({
    hidden: fc.constantFrom(64, 512, 2048, 4096),
    kinds: fc.array(layers, { minLength: 1, maxLength: 3 }),
    order: fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }),
    vocab: fc.integer({ min: 100, max: 150_000 }),
  })
  .map((r) => {
    const base = decoder({ hidden: r.hidden, layers: 1, heads: 8, intermediate: 256, vocab: r.vocab })
    return { ...base, stack: { ...base.stack, kinds: r.kinds, order: r.order.map((k) => k % r.kinds.length) } }
  })

const counts = (max: number) => fc.integer({ min: 0, max })

/** Any mix of prefill, decode, chunks and verification. */
export const steps: fc.Arbitrary<readonly StepGroup[]> = fc.array(
  fc.record({
    sequences: fc.integer({ min: 1, max: 300 }),
    newTokens: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9000 })),
    contextTokens: fc.oneof(counts(10), counts(200_000)),
  }),
  { minLength: 1, maxLength: 4 },
)

export const dtypes = fc.constantFrom<DtypeId[]>('fp16', 'bf16', 'fp8', 'int8', 'int4', 'nvfp4', 'fp32')
