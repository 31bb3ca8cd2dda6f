/** Nothing from a file may become markup. */
import { describe, expect, it } from 'vitest'
import { escapeHtml, link } from './escape.ts'

describe('escapeHtml', () => {
  it('leaves nothing that could begin a tag, an attribute or a command to a terminal', () => {
    expect(escapeHtml(`<b onclick="x('y')">&\u001b`)).toBe('&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;?')
  })
})

describe('link', () => {
  it('links web addresses only', () => {
    expect(link('a', 'https://example.org/x')).toBe('<a href="https://example.org/x" rel="noreferrer">a</a>')
    expect(link('a', 'javascript:alert(1)')).toBe('a')
    expect(link('a', 'https://x" onload="y')).toBe('a')
    expect(link('<', null)).toBe('&lt;')
  })
})
