/**
 * Benchmark names: the spellings of one benchmark made one, and the family it belongs to. A family is one text or one
 * suite (WikiText under different evaluators, the parts of LongBench); numbers of two members are near in kind but are never
 * put in one spread.
 */
export interface Benchmark {
  readonly id: string
  readonly family: string
}

const suite = (family: string) => (part: string) => ({ id: part === '' ? family : `${family}/${part}`, family })

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')

const OVERALL = /^(?:avg\.?|average|overall|\(13 tasks\)|)$/i

interface Rule {
  readonly match: RegExp
  readonly benchmark: (found: readonly string[]) => Benchmark
}

const one = (match: RegExp, id: string, family = id): Rule => ({ match, benchmark: () => ({ id, family }) })

const parts = (match: RegExp, family: string): Rule => ({
  match,
  benchmark: ([, part = '']) => suite(family)(OVERALL.test(part.trim()) ? '' : slug(part)),
})

/** `Qasper` is a task of LongBench and of its own: the suites come first, by their prefix. */
const RULES: readonly Rule[] = [
  one(/^RULER avg$/, 'ruler/average-of-lengths', 'ruler'),
  parts(/^ruler\b[ /-]*(.*)$/i, 'ruler'),
  parts(/^longbench\b[ /-]*(.*)$/i, 'longbench'),
  parts(/^infinitebench\b[ /-]*(.*)$/i, 'infinitebench'),
  parts(/^long[ -]range[ -]arena\b[ /-]*(.*)$/i, 'long-range-arena'),
  parts(/^lra\b[ /-]*(.*)$/i, 'long-range-arena'),
  parts(/^spec-bench\b[ /#-]*(.*)$/i, 'spec-bench'),
  parts(/^zeroscrolls\b[ /-]*(.*)$/i, 'zeroscrolls'),
  parts(/^mlperf\b[ /-]*(.*)$/i, 'mlperf'),
  parts(/^beam \((.*)\)$/i, 'beam'),
  one(/^wikitext-?2 ?\(llama\.cpp\)$|^wikitext-2\/llama\.cpp$/i, 'wikitext-2/llama.cpp', 'wikitext'),
  one(/^wiki(?:text)?-?2( ppl)?$/i, 'wikitext-2', 'wikitext'),
  one(/^wikitext word ppl$/i, 'wikitext-2/word', 'wikitext'),
  one(/^wikitext( perplexity)?$/i, 'wikitext'),
  one(/^(?:wikitext-103|wt-103)$/i, 'wikitext-103', 'wikitext'),
  one(/^proof-?pile sliding window( ppl)?$|^proof-pile\/sliding-window$/i, 'proof-pile/sliding-window', 'proof-pile'),
  one(/^proof-?pile$/i, 'proof-pile'),
  one(/^pg-?19 first book running ppl$|^pg19\/first-book-running$/i, 'pg19/first-book-running', 'pg19'),
  one(/^pg-?19 first book$/i, 'pg19/first-book', 'pg19'),
  one(/^pg-?19 concat$/i, 'pg19/concatenated', 'pg19'),
  one(/^pg-?19( perplexity)?$/i, 'pg19'),
  one(/^ptb \(w\/o finetuning\)$/i, 'ptb/no-fine-tuning', 'ptb'),
  one(/^enwiki?k?8$|^enwik8$/i, 'enwik8'),
  one(/^mmlu[-_ ]?pro$/i, 'mmlu-pro', 'mmlu'),
  one(/^mmlu_pro_llama$/i, 'mmlu-pro/llama', 'mmlu'),
  one(/^mmlu_llama$/i, 'mmlu/llama', 'mmlu'),
  one(/^mmlu \(5-shot\)$/i, 'mmlu/5-shot', 'mmlu'),
  one(/^mmlu \(short-context retention\)$/i, 'mmlu/retained', 'mmlu'),
  one(/^mmlu( \(acc\))?$/i, 'mmlu'),
  one(/^hellaswag \(short-context retention\)$/i, 'hellaswag/retained', 'hellaswag'),
  one(/^hellaswag( \(acc\))?$/i, 'hellaswag'),
  one(/^arc-c \(short-context retention\)$/i, 'arc-challenge/retained', 'arc'),
  one(/^arc([-_]c(hallenge)?)?$/i, 'arc-challenge', 'arc'),
  one(/^arc[-_]e(asy)?$/i, 'arc-easy', 'arc'),
  one(/^truthfulqa \(short-context retention\)$/i, 'truthfulqa/retained', 'truthfulqa'),
  one(/^truthfulqa(_mc1)?$/i, 'truthfulqa'),
  one(/^piqa \(acc_norm\)$/i, 'piqa/normalised', 'piqa'),
  one(/^piqa(: .*)?( \(acc\))?$/i, 'piqa'),
  one(/^boolq(: .*)?$/i, 'boolq'),
  one(/^lambada(_openai)?(: .*)?$/i, 'lambada'),
  one(/^(?:obqa|openbookqa)$/i, 'openbookqa'),
  one(/^gsm8k \(strict, acc\)$|^gsm8k strict-match$/i, 'gsm8k/strict', 'gsm8k'),
  one(/^gsm8k_llama$/i, 'gsm8k/llama', 'gsm8k'),
  one(/^gsm8k$/i, 'gsm8k'),
  one(/^gsm8k end-to-end$/i, 'gsm8k/end-to-end'),
  one(/^gsm8k compressor only$/i, 'gsm8k/compressor'),
  one(/^(?:nq|natural ?questions) multi-doc qa$/i, 'natural-questions/multi-document', 'natural-questions'),
  one(/^natural ?questions$/i, 'natural-questions'),
  one(/^webqs: .*$/i, 'webqs'),
  one(/^triviaqa(: .*)?$/i, 'triviaqa'),
  one(/^niah 128k$/i, 'needle/128k', 'needle'),
  one(/^single needle retrieval.*$/i, 'needle/zh-128k', 'needle'),
  one(/^passkey retrieval.*$/i, 'passkey/4k-2048k', 'passkey'),
  one(/^perplexity \(qcache_eval\)$/i, 'exllamav2-perplexity'),
  one(/^trtllm-bench( max throughput)?$/i, 'trtllm-bench'),
  one(/^llama-bench \(quantize readme\)$/i, 'llama-bench'),
  one(/^(?:avg\.?|average)$/i, 'average-of-tasks'),
  one(/^zero-shot avg \(8 tasks\)$/i, 'average-of-8-tasks'),
  one(/^avg\(hellaswag,lambada,mmlu,piqa,winogrande\)$/i, 'average-of-5-tasks'),
  one(/^(?:small|long) test\b.*$/i, 'tgi-benchmark'),
  one(/^(.*)\breadme\)$/i, 'project-example'),
  one(/^ring attention vs theoretic.*$/i, 'ring-attention-kernel'),
  one(/^effective throughput @4 tok\/s sla$/i, 'throughput-within-sla'),
  one(/^cnn\/dm.*$/i, 'cnn-dm'),
  one(/^govreport ppl$/i, 'govreport'),
  one(/^redpajama ppl$/i, 'redpajama'),
  one(/^requests meeting.*$/i, 'requests-within-slo'),
  one(/^prefill ttft$|^prefill latency$|^pre-filling$/i, 'prefill'),
]

export function findBenchmark(name: string): Benchmark {
  const text = name.trim().slice(0, 120)
  for (const { match, benchmark } of RULES) {
    const found = match.exec(text)
    if (found) return benchmark(found)
  }
  const [family = '', ...rest] = text.split('/').map(slug)
  return { id: [family, ...rest].filter((part) => part !== '').join('/'), family }
}
