/** The page's entry: theme, the configuration a link may carry, the shell, and the worker that keeps it offline. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { bringCarried } from './app/models.ts'
import { startPage } from './app/page.ts'
import { readTheme, setTheme } from './app/theme.ts'
import './styles/base.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/views.css'

async function start(): Promise<void> {
  setTheme(readTheme())
  startPage()
  if (location.hash.startsWith('#config=')) await bringCarried()
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has no root')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    // Not worth a word when it fails: the page then simply needs its network.
    navigator.serviceWorker.register(new URL('./sw.js', document.baseURI)).catch(() => {})
  }
}

void start()
