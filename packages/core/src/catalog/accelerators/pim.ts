/**
 * Processing-in-memory devices, as compared in Table 2 of LLM Inference Unveiled: bandwidth inside the device and
 * the throughput of its arithmetic units, per DIMM, cube or chip. Left out: capacity (not in the table), the host
 * side, and the cost of moving operands between devices, which the host must do.
 */
import type { Accelerator } from './accelerator.ts'
import { cite } from './cite.ts'

const unveiled = cite('llmInferenceUnveiled')

export const PIM: readonly Accelerator[] = [
  {
    id: 'upmem-pim-dimm',
    name: 'UPMEM PIM-DIMM (one DIMM)',
    vendor: 'upmem',
    architecture: 'upmem-dpu',
    kind: 'pim',
    aliases: ['upmem', 'pim-dimm'],
    matrixFlopPerS: {},
    vectorFlopPerS: { int8: unveiled(43.8e9, 'general-purpose RISC cores; the table says operations, any width') },
    memoryKind: 'DDR4',
    memoryBandwidthBytePerS: unveiled(80.4e9),
    note: 'No floating-point units.',
  },
  {
    id: 'samsung-hbm-pim',
    name: 'Samsung HBM-PIM Aquabolt-XL (one cube)',
    vendor: 'samsung',
    architecture: 'hbm-pim',
    kind: 'pim',
    aliases: ['hbm-pim', 'aquabolt-xl'],
    matrixFlopPerS: { fp16: unveiled(1.2e12) },
    vectorFlopPerS: {},
    memoryKind: 'HBM2',
    memoryBandwidthBytePerS: unveiled(2e12, 'inside the cube; 307 GB/s to the host'),
    note: 'Suits work of one or two operations per byte.',
  },
  {
    id: 'skhynix-aim',
    name: 'SK hynix GDDR6-AiM (one chip)',
    vendor: 'skhynix',
    architecture: 'gddr6-aim',
    kind: 'pim',
    aliases: ['aim', 'gddr6-aim', 'sk-hynix-aim'],
    matrixFlopPerS: { bf16: unveiled(1e12) },
    vectorFlopPerS: {},
    memoryKind: 'GDDR6',
    memoryBandwidthBytePerS: unveiled(1e12, 'inside the chip'),
  },
]
