/**
 * An analysis as JSON: the public, versioned shape that other programs read. Seconds, bytes, flop, tokens. An operator's
 * numbers are of one instance; `repeat` counts its instances. What is not sourced is null, never zero.
 */

import { describeLayout, rankCount } from '../layout/layout.ts'
import type { Analysis } from '../scenario/analyze.ts'
import { explain } from '../scenario/explain.ts'
import { requestRanges } from '../scenario/ranges.ts'
import { basisNote } from './notes.ts'
import { type OperatorRow, type PhaseId, type PhaseRows, phaseRows } from './rows.ts'
import { figureSources } from './sources.ts'

const ANALYSIS_SCHEMA = 'capline.analysis/1'

function operatorJson(row: OperatorRow) {
  return {
    name: row.name,
    layer: row.layer,
    part: row.part,
    kind: row.kind,
    repeat: row.repeat,
    shape: { m: row.m, k: row.k, n: row.n, count: row.count },
    flop: row.flop,
    bytes: row.bytes,
    weightBytes: row.weightBytes,
    activationReadBytes: row.activationReadBytes,
    activationWriteBytes: row.activationWriteBytes,
    kvReadBytes: row.kvReadBytes,
    kvWriteBytes: row.kvWriteBytes,
    linkBytes: row.linkBytes,
    arithmeticIntensity: row.arithmeticIntensity,
    attainableFlopPerS: row.attainableFlopPerS,
    computeDtype: row.computeDtype ?? null,
    bound: row.bound,
    timeS: row.timeS,
    lowS: row.lowS ?? null,
    highS: row.highS ?? null,
  }
}

function phaseJson({ phase, groups }: PhaseRows) {
  return {
    tokens: phase.tokens,
    operators: groups.flatMap((group) => group.operators.map(operatorJson)),
    layers: groups.map(({ part, layer, repeat, flop, bytes, timeS, lowS, highS }) => ({
      name: layer,
      part,
      repeat,
      flop,
      bytes,
      timeS,
      ...(lowS === undefined ? {} : { lowS, highS }),
    })),
    total: {
      flop: phase.flop,
      bytes: phase.bytes,
      timeS: phase.timeS,
      ...(phase.range ? { lowS: phase.range.low, highS: phase.range.high } : {}),
    },
  }
}

export function analysisJson(analysis: Analysis) {
  const { scenario, memory, request, parameters, roofs, precision } = analysis
  const { model, accelerator, workload } = scenario
  const ranges = requestRanges(analysis)
  const phases = phaseRows(analysis).map((rows) => [rows.id, phaseJson(rows)] as const)
  return {
    schema: ANALYSIS_SCHEMA,
    model: {
      id: model.id,
      name: model.name,
      family: model.family,
      kind: model.kind,
      layers: model.stack.order.length,
      hiddenSize: model.stack.hiddenSize,
      trainedContextTokens: model.trainedContextTokens ?? null,
    },
    accelerator: {
      id: accelerator.id,
      name: accelerator.name,
      memoryBytes: accelerator.memoryBytes?.value ?? null,
      bandwidthBytePerS: roofs.bandwidthBytePerS,
      matrixFlopPerS: roofs.matrix,
      vectorFlopPerS: roofs.vector,
      powerW: accelerator.powerW?.value ?? null,
      priceUsdPerHour: scenario.priceUsdPerHour ?? accelerator.priceUsdPerHour?.value ?? null,
      sources: figureSources(analysis),
    },
    workload: {
      ...workload,
      precision,
      attention: scenario.kernel,
      convention: scenario.convention,
      decodeContextTokens: analysis.decodeContextTokens,
    },
    layout: { ...analysis.layout, accelerators: rankCount(analysis.layout), text: describeLayout(analysis.layout) },
    fabric: analysis.fabric ?? null,
    basis: { id: analysis.basis, engine: scenario.engine ?? null, note: basisNote(analysis) },
    phases: Object.fromEntries(phases) as { [P in PhaseId]?: ReturnType<typeof phaseJson> },
    memory: {
      weightBytes: memory.weightBytes,
      kvBytes: memory.kvBytes,
      activationPeakBytes: memory.activationPeakBytes,
      logitsBytes: memory.logitsBytes,
      communicationBytes: memory.communicationBytes,
      reserveBytes: memory.reserveBytes,
      totalBytes: memory.totalBytes,
      capacityBytes: memory.capacityBytes ?? null,
      fits: memory.fits ?? null,
      contextTokens: memory.contextTokens,
      sequences: memory.sequences,
    },
    request: {
      ttftS: request.ttftS,
      ttftRange: request.ttftRange ?? null,
      tpotS: request.tpotS ?? null,
      tpotRange: request.tpotRange ?? null,
      e2eS: request.e2eS,
      outputTokensPerS: request.outputTokensPerS,
      energyJ: request.energyJ ?? null,
      energyPerOutputTokenJ: request.energyPerOutputTokenJ ?? null,
      priceUsdPerMillionOutputTokens: request.priceUsdPerMillionOutputTokens ?? null,
      // Ends of what the times make, under the names of `requestRanges`, where kernels are priced.
      ...(ranges ? { ranges } : {}),
    },
    parameters,
    explanation: explain(analysis),
  }
}
