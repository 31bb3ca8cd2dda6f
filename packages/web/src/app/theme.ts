/** Light, dark, or as the system says; remembered on this machine where it may be. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'capline-theme'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function readTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system'
  }
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // A private window may refuse: the theme then lasts as long as the page.
  }
}
