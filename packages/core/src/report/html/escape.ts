/** Text made safe for HTML and SVG, content and attributes alike. */
import { clean } from '../../units/text.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return clean(text).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
}

/** An address as a link when it is one; as text otherwise. */
export function link(text: string, url: string | null): string {
  const isWeb = url !== null && /^https:\/\/[^\s"'<>]+$/.test(url)
  return isWeb ? `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>` : escapeHtml(text)
}
