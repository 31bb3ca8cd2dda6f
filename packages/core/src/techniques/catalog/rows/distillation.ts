/** Distillation (viewer paper section 3.3). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('distillation', 'model')

export const DISTILLATION: readonly TechniqueRow[] = [
  row('knowledge-distillation', 'Knowledge distillation (Hinton)', 'VW 3.3', 'V78 V63', 'P*', {
    mechanism: 'A small model learns from the softened outputs of a large one and is served in its place.',
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'softened outputs', part: 'student' })],
    training: 'the student',
    notes: [
      'The student is whichever model is trained; half the depth stands for it. Name a model of the catalogue as `student` instead.',
    ],
  }),
  row('lipschitz-kd', 'Lipschitz continuity guided KD', 'VW 3.3', 'V177', 'P*', {
    mechanism: 'The student also matches how strongly each of the teacher’s layers stretches its input.',
    onlyNamed: true,
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', {}, { what: 'layer sensitivities', part: 'student' })],
    training: 'the student',
  }),
  row('minillm', 'MiniLLM', 'VW 3.3.1', 'V68', 'P*', {
    mechanism: 'Distils with the reverse divergence, so that the student keeps to what it can say well.',
    tags: ['white-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'reverse divergence', part: 'student' })],
    training: 'the student',
  }),
  row('gkd', 'GKD', 'VW 3.3.1', 'V2', 'P*', {
    mechanism: 'The student writes its own sequences and the teacher scores them.',
    tags: ['white-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'own sequences, scored', part: 'student' })],
    training: 'the student',
  }),
  row('homodistil', 'HomoDistil (homotopic distillation)', 'VW 3.3.1', 'V131', 'P*', {
    mechanism: 'The student starts as the teacher and loses neurons bit by bit while it keeps matching.',
    tags: ['white-box'],
    uses: [use('DIM', {}, { hidden: 0.5 }), use('TRAIN', { what: 'gradual removal of neurons', part: 'student' })],
    training: 'the student',
    notes: ['Neurons leave on a schedule; the end of it is priced.'],
  }),
  row('ted', 'TED (task-aware layer-wise distillation)', 'VW 3.3.1', 'V132', 'P*', {
    mechanism: 'Filters per layer pick the task’s part of the hidden states, and those are matched.',
    tags: ['white-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'filtered layers', part: 'student' })],
    training: 'the student and the filters',
  }),
  row('ad-kd', 'AD-KD', 'VW 3.3.1', 'V208', 'P*', {
    mechanism: 'The student also learns which input tokens the teacher’s answer rests on.',
    tags: ['white-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'token attributions', part: 'student' })],
    training: 'the student',
  }),
  row('multitask-ict', 'Multitask-ICT (in-context learning distillation)', 'VW 3.3.2', 'V91', 'P*', {
    mechanism: 'Passes on learning from examples in the prompt together with language modelling.',
    tags: ['black-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'in-context learning', part: 'student' })],
    training: 'the student',
  }),
  row('lamini-lm', 'LaMini-LM', 'VW 3.3.2', 'V206', 'P*', {
    mechanism: 'Students learn from instructions that a large model answered.',
    tags: ['black-box'],
    uses: [
      use('DIM', {}, { depth: 0.5 }),
      use('TRAIN', { what: 'instructions', part: 'student', data: '2.58 million instructions' }),
    ],
    training: 'the student, on generated answers',
  }),
  row('promptmix', 'PromptMix', 'VW 3.3.2', 'V169', 'P*', {
    mechanism: 'A large model writes examples near the borders between classes and labels them again.',
    tags: ['black-box'],
    uses: [
      use('DIM', {}, { depth: 0.25 }),
      use('TRAIN', { what: 'border examples', part: 'student', data: 'written examples' }),
    ],
    training: 'the student, on generated examples',
  }),
  row('lion-kd', 'Lion (adversarial distillation)', 'VW 3.3.2', 'V99', 'P*', {
    mechanism: 'A loop of imitating, finding what is hard, and making more of it.',
    tags: ['black-box'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'hard instructions', part: 'student' })],
    training: 'the student, on generated instructions',
  }),
  row('specializing-small-cot', 'Specialised CoT distillation (Fu 2023b)', 'VW 3.3.2', 'V57', 'P*', {
    mechanism: 'Trades a small model’s general ability for stepwise arithmetic.',
    tags: ['black-box', 'chain of thought'],
    uses: [use('DIM', {}, { depth: 0.25 }), use('TRAIN', { what: 'worked reasoning', part: 'student' })],
    training: 'the student, on worked reasoning',
  }),
  row('scott', 'SCOTT', 'VW 3.3.2', 'V200', 'P*', {
    mechanism: 'Reasons are drawn so that they hang on the answer, and the student is trained to stand by them.',
    tags: ['black-box', 'chain of thought'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'faithful reasoning', part: 'student' })],
    training: 'the student, on worked reasoning',
  }),
  row('distilling-step-by-step', 'Distilling step-by-step', 'VW 3.3.2', 'V85', 'P*', {
    mechanism: 'Reasons are a second training task; the served model gives only answers.',
    tags: ['black-box', 'chain of thought'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'labels and reasons', part: 'student' })],
    training: 'the student, on labels and reasons',
  }),
  row('symbolic-cot-distillation', 'SCoTD (symbolic CoT distillation)', 'VW 3.3.2', 'V125', 'P*', {
    mechanism: 'The student learns many sampled reasons with their labels.',
    tags: ['black-box', 'chain of thought'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'sampled reasons', part: 'student' })],
    training: 'the student, on worked reasoning',
  }),
  row('dialogue-cot-distillation', 'Dialogue CoT distillation (Chae 2023)', 'VW 3.3.2', 'V16', 'P*', {
    mechanism: 'Keeps of a large model’s reasons about dialogue only those that filters find sound.',
    tags: ['black-box', 'chain of thought'],
    uses: [use('DIM', {}, { depth: 0.5 }), use('TRAIN', { what: 'filtered reasons', part: 'student' })],
    training: 'the student, on filtered reasons',
  }),
]
