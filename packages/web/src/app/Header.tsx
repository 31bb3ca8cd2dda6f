/** Name, pinning, sharing, theme. */
import { useState } from 'react'
import { currentPage, pageQuery, pinThis, usePart } from './page.ts'
import { readTheme, setTheme, type Theme } from './theme.ts'
import { commandOf } from './with.ts'

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const NAMES: Readonly<Record<Theme, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' }

const SAID_MS = 1800

function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const [said, setSaid] = useState<string | undefined>(undefined)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      setSaid('Copied')
    } catch {
      setSaid('Not allowed')
    }
    setTimeout(() => setSaid(undefined), SAID_MS)
  }
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  )
}

export function Header() {
  const [theme, choose] = useState<Theme>(readTheme)
  const isOwn = usePart((page) => page.link.model.startsWith('file:'))
  return (
    <header className="top">
      <a className="brand" href="./">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M4 26 15 10H28" />
          <circle cx="10.5" cy="20.5" r="2.6" />
          <circle cx="22" cy="15.5" r="2.6" />
        </svg>
        Capline
      </a>
      <span className="tagline">design desk for LLM serving</span>
      <div className="actions">
        <button type="button" onClick={pinThis}>
          Pin
        </button>
        <CopyButton
          label="Copy link"
          text={() => `${location.origin}${location.pathname}?${pageQuery(currentPage())}${location.hash}`}
        />
        {!isOwn && (
          <CopyButton label="Copy command" text={() => commandOf(currentPage().link, currentPage().with ?? '')} />
        )}
        <button
          type="button"
          aria-label={`Theme: ${NAMES[theme].toLowerCase()}`}
          onClick={() => {
            choose(NEXT[theme])
            setTheme(NEXT[theme])
          }}
        >
          <span className="theme-word">Theme: </span>
          <span className="theme-glyph" aria-hidden="true">
            ◐{' '}
          </span>
          {NAMES[theme].toLowerCase()}
        </button>
      </div>
    </header>
  )
}
