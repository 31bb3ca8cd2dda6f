/** Where a command writes: text out and errors, how wide, whether in colour. Commands get it passed in; tests fake it. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Columns of stdout; a fixed width where it is no terminal. */
  readonly width: number
  readonly colour: boolean
  /** stderr is a terminal: progress may be shown. */
  readonly progress: boolean
}

const PIPED_WIDTH = 120
const LEAST_WIDTH = 60

function columns(): number {
  const asked = Number(process.env.COLUMNS)
  const width = process.stdout.columns ?? (Number.isInteger(asked) && asked > 0 ? asked : PIPED_WIDTH)
  return Math.max(LEAST_WIDTH, width)
}

export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: columns(),
    colour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    progress: stderr.isTTY === true,
  }
}
