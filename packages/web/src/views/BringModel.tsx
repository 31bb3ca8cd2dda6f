/** A model that no catalogue has: drop its config.json or .gguf anywhere, choose it, or paste its text. */
import type { Problem } from '@capline/core'
import { useEffect, useRef, useState } from 'react'
import { bringFile, bringText } from '../app/models.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'

export function BringModel() {
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [isOver, setOver] = useState(false)
  const [isPasting, setPasting] = useState(false)
  const [isReading, setReading] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const text = useRef<HTMLTextAreaElement>(null)

  const take = async (bring: () => Promise<Problem | undefined>) => {
    setReading(true)
    const found = await bring()
    setReading(false)
    setProblem(found)
    if (!found) setPasting(false)
  }
  const takeFile = useRef((file: File) => take(() => bringFile(file)))

  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      const file = event.dataTransfer?.files[0]
      if (file) void takeFile.current(file)
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
    }
  }, [])

  return (
    <div className="bring">
      <p className="bring-line">
        Your own:{' '}
        <button type="button" className="link" onClick={() => input.current?.click()}>
          open
        </button>
        , drop or{' '}
        <button type="button" className="link" aria-expanded={isPasting} onClick={() => setPasting(!isPasting)}>
          paste
        </button>{' '}
        a <code>config.json</code> or <code>.gguf</code>
        {isReading && <span className="muted"> · reading</span>}
      </p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.gguf"
        aria-label="Model file"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void takeFile.current(file)
        }}
      />
      {isPasting && (
        <form
          className="paste"
          onSubmit={(event) => {
            event.preventDefault()
            void take(() => bringText(text.current?.value ?? ''))
          }}
        >
          <textarea
            ref={text}
            rows={5}
            aria-label="Text of a config.json"
            spellCheck={false}
            placeholder={'{ "model_type": … }'}
          />
          <button type="submit">Use this configuration</button>
        </form>
      )}
      {problem && <ProblemNote problem={problem} keeps onDismiss={() => setProblem(undefined)} />}
      {isOver && <div className="drop-veil">Drop a config.json or .gguf to analyse it. It stays on this machine.</div>}
    </div>
  )
}
