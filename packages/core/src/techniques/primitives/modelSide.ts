/** The primitives that change the model and its operators: formats, weights, what is touched, attention and cache, kernels. */
import type { Primitive } from '../primitive.ts'
import { APAT } from './attentionPatterns.ts'
import { BASE, HW } from './base.ts'
import { KVB } from './cacheBudget.ts'
import { DIM } from './dimensions.ts'
import { EXP } from './experts.ts'
import { FUSE } from './fusion.ts'
import { GRID } from './grid.ts'
import { RANK } from './lowRank.ts'
import { MEM } from './modelMemory.ts'
import { AB, KB, WB } from './numbers.ts'
import { SIDE } from './sideModule.ts'
import { WSP } from './sparsity.ts'
import { LIN } from './stateForm.ts'
import { LFRAC, WFRAC } from './touched.ts'

export const MODEL_SIDE: readonly Primitive[] = [
  BASE,
  HW,
  WB,
  AB,
  KB,
  GRID,
  WSP,
  DIM,
  RANK,
  SIDE,
  LFRAC,
  WFRAC,
  EXP,
  MEM,
  APAT,
  KVB,
  LIN,
  FUSE,
]
