/** Spatial architectures, processing in memory, processing units and GPUs (viewer paper section 6). */
import { pim } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const spatialArchitectureRow = rowsOf('spatial-architecture', 'hardware')
const pimRow = rowsOf('pim', 'hardware')
const processingUnitRow = rowsOf('processing-unit', 'hardware')
const hardwareGpuRow = rowsOf('hardware-gpu', 'hardware')

export const HARDWARE: readonly TechniqueRow[] = [
  spatialArchitectureRow('spatial-architecture', 'Spatial architecture', 'VW 6.1', '', 'P*', {
    mechanism: 'Spreads the work over many units with memory of their own; data flow between units.',
    uses: [use('HW', {}, { bandwidthBytePerS: 4e12, peak16FlopPerS: 200e12 })],
    notes: ['The figure sweeps 200 GB/s to 4 TB/s at 200 TFLOP/s.'],
  }),
  spatialArchitectureRow('groq-lpu', 'Groq LPU / TSP', 'VW 6.1', 'V1 V65', 'P*', {
    mechanism: 'Chips scheduled in software whose on-chip memories together hold the weights.',
    uses: [use('HW', { accelerator: 'groq-lpu' }, { memoryBytes: 138e9 })],
    notes: [
      'Six hundred chips of 230 MB, as many as hold Llama-2-70b; a token meets one chip after another, so one chip’s bandwidth at a time. What passes between chips is not priced.',
    ],
    accelerators: ['groq-lpu'],
  }),
  spatialArchitectureRow('graphcore-ipu', 'Graphcore IPU', 'VW 6.1', 'V64', 'P*', {
    mechanism: 'Many tiles with local memory that compute and exchange in turns.',
    onlyNamed: true,
    uses: [use('HW', {}, { asic: 'graphcore-ipu' })],
    notes: ['No figures of it are in the catalogue: nothing is priced.'],
  }),
  pimRow('processing-in-memory', 'Processing in memory', 'VW 6.2', '', 'P*', {
    mechanism: 'Units inside the memory chips use the bandwidth within them.',
    uses: [use('PLACE', { what: 'kv', tier: 'on-chip', compute: 'memory' })],
    notes: ['Limits the paper names: weak arithmetic, half the capacity, links only through the host.'],
  }),
  pimRow('upmem-pim-dimm', 'UPMEM PIM-DIMM', 'VW 6.2', 'V42', 'P*', {
    mechanism: 'Memory modules with small general processors in their chips.',
    cells: [pim('PIM-DIMM', 'DDR4', 'RISC core', 'DIMM', 'both')],
    uses: [use('HW', { accelerator: 'upmem-pim-dimm' })],
    accelerators: ['upmem-pim-dimm'],
  }),
  pimRow('hbm-pim', 'Samsung HBM-PIM', 'VW 6.2', 'V111', 'P*', {
    mechanism: 'HBM2 stacks with FP16 units at their banks.',
    cells: [pim('HBM-PIM', 'HBM2', 'FP16 MAC', 'cube', 'bandwidth')],
    uses: [use('HW', { accelerator: 'samsung-hbm-pim' })],
    notes: ['Plain HBM2 gives 307 GB/s per cube.'],
    accelerators: ['samsung-hbm-pim'],
  }),
  pimRow('aim-gddr6', 'SK-hynix AiM (GDDR6-AiM)', 'VW 6.2', 'V112', 'P*', {
    mechanism: 'GDDR6 chips with BF16 units at their banks.',
    cells: [pim('AiM', 'GDDR6', 'BF16 MAC', 'chip', 'bandwidth')],
    uses: [use('HW', { accelerator: 'skhynix-aim' })],
    accelerators: ['skhynix-aim'],
  }),
  pimRow('gpu-hbm-pim', 'GPU + HBM-PIM system (Choi et al.)', 'VW 6.2', 'V23', 'P*', {
    mechanism: 'Attention over the cache runs in the memory, everything else on the GPU.',
    uses: [use('PLACE', { what: 'kv', tier: 'on-chip', compute: 'memory' }, { bandwidthBytePerS: 10e12 })],
    notes: ['The bandwidth inside is five cubes of 2 TB/s; the paper states no configuration.'],
  }),
  pimRow('dimm-link', 'DIMM-Link', 'VW 6.2', 'V251', 'P*', {
    mechanism: 'Links between memory modules, so that results need not pass through the host.',
    onlyNamed: true,
    uses: [use('HW', {}, { asic: 'dimm-link' }), use('PAR', {}, { axis: 'tp', degree: 8, pattern: 'point-to-point' })],
    notes: ['No figures of it are in the catalogue: only the split is priced.'],
  }),
  pimRow('pim-scalability', 'PIM scalability limits (Jonatan 2024)', 'VW 6.2', 'V100', 'none', {
    mechanism: 'A measurement: exchange through the host limits how far such systems grow.',
    uses: [use('HW', { asic: 'upmem' })],
    accelerators: ['upmem-pim-dimm'],
  }),
  processingUnitRow('h100-fp8-tensor-core', 'NVIDIA H100 FP8 tensor cores', 'VW 6.3', 'V155', 'P*', {
    mechanism: 'Matrix units that multiply FP8 at twice the rate of FP16.',
    uses: [
      use('HW', { accelerator: 'h100-sxm' }),
      use('WB', { bits: 8, kind: 'float' }),
      use('AB', { bits: 8, kind: 'float' }),
    ],
    accelerators: ['h100-sxm'],
  }),
  processingUnitRow('transformer-engine', 'NVIDIA Transformer Engine', 'VW 6.4', '', 'P*', {
    mechanism: 'Picks FP8 or FP16 for each layer from statistics.',
    uses: [
      use('WB', { bits: 8, kind: 'float' }),
      use('AB', { bits: 8, kind: 'float' }),
      use('HW', { accelerator: 'h100-sxm' }),
    ],
    notes: ['Eight or sixteen bits, decided per layer; all layers at eight is the lower bound of the bytes.'],
    accelerators: ['h100-sxm'],
  }),
  processingUnitRow('flat', 'FLAT', 'VW 6.4', 'V101', 'P*', {
    mechanism: 'A dataflow that keeps scores on chip row by row or head by head.',
    onlyNamed: true,
    tags: ['accelerator'],
    uses: [use('FUSE', {}, { what: 'attention' }), use('HW', {}, { asic: 'flat' })],
  }),
  processingUnitRow('dfx', 'DFX', 'VW 6.4', 'V82', 'P*', {
    mechanism: 'Several FPGAs with matrix-vector cores next to their memory, in a ring.',
    onlyNamed: true,
    tags: ['FPGA'],
    uses: [use('HW', {}, { asic: 'dfx' }), use('PAR', {}, { axis: 'tp', degree: 4, pattern: 'ring' })],
    notes: ['No figures of it are in the catalogue: only the split is priced.'],
  }),
  processingUnitRow('flightllm', 'FlightLLM', 'VW 6.4', 'V237', 'P*', {
    mechanism: 'An FPGA with units for sparse weights that keeps decode on chip.',
    onlyNamed: true,
    tags: ['FPGA'],
    uses: [
      use('HW', {}, { asic: 'flightllm' }),
      use('WSP', {}, { density: 0.5, structure: 'n:m', work: 'skipped' }),
      use('WB', {}, { bits: 3.5 }),
      use('FUSE', {}, { what: 'all' }),
    ],
  }),
  hardwareGpuRow('nvidia-a6000', 'NVIDIA A6000', 'VW 2.2, 3.1.1', '', 'P*', {
    mechanism: 'The GPU of the viewer paper’s examples.',
    uses: [use('HW', { accelerator: 'rtx-a6000' })],
    accelerators: ['rtx-a6000'],
  }),
  hardwareGpuRow('nvidia-h100', 'NVIDIA H100', 'VW 3.1.1, 6.3, 6.4', 'V155', 'P*', {
    mechanism: 'A Hopper GPU: FP8 matrix units, none for INT4.',
    uses: [use('HW', { accelerator: 'h100-sxm' })],
    notes: ['The documents do not say which; the SXM module stands for it.'],
    accelerators: ['h100-sxm', 'h100-pcie', 'h100-nvl'],
  }),
]
