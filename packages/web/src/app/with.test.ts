import { describe, expect, it, vi } from 'vitest'

vi.mock('./page.ts', () => ({ currentPage: () => ({}), update: () => {} }))
const { commandOf, hasMember, membersOf, withMember, withoutMember, withParameter } = await import('./with.ts')

describe('techniques of a question as text', () => {
  it('takes members in and out, each once', () => {
    expect(withMember('', 'h2o')).toBe('h2o')
    expect(withMember('h2o:budget=0.2', 'w4')).toBe('h2o:budget=0.2,w4')
    expect(withMember('h2o:budget=0.2', 'H2O')).toBe('h2o:budget=0.2')
    expect(withoutMember('h2o:budget=0.2, w4', 0)).toBe('w4')
    expect(membersOf(' , ')).toEqual([])
    expect(hasMember('h2o:budget=0.2,w4', 'W4')).toBe(true)
  })

  it('is said for the command line too', () => {
    const link = { model: 'llama-3.1-8b', accelerator: 'h100-sxm', count: 1, question: {}, hardware: {} }
    expect(commandOf(link, '')).toBe('npx capline analyze llama-3.1-8b --on h100-sxm')
    expect(commandOf(link, 'h2o:budget=0.2,w4')).toBe(
      'npx capline compare llama-3.1-8b --on h100-sxm --with h2o:budget=0.2,w4',
    )
    expect(commandOf(link, "x'y")).toContain("--with 'x'\\''y'")
  })

  it('sets a parameter in its place and takes it back', () => {
    expect(withParameter('h2o,w4', 0, 'budget', '0.3')).toBe('h2o:budget=0.3,w4')
    expect(withParameter('h2o:budget=0.3:recent=64,w4', 0, 'budget', '0.1')).toBe('h2o:recent=64:budget=0.1,w4')
    expect(withParameter('h2o:budget=0.3', 0, 'KVB.budget', '0.4')).toBe('h2o:KVB.budget=0.4')
    expect(withParameter('h2o:budget=0.3:recent=64', 0, 'budget', undefined)).toBe('h2o:recent=64')
    expect(withParameter('kivi:GRID.bits=3:kb.Bits=4', 0, 'KB.bits', '2')).toBe('kivi:GRID.bits=3:KB.bits=2')
    expect(withParameter('h2o:KVB.budget=0.3', 0, 'budget', '0.4')).toBe('h2o:budget=0.4')
  })

  it('keeps values with colons and commas whole', () => {
    expect(withParameter('wanda:structure=2:4:share=0.5,w4', 0, 'share', '0.6')).toBe(
      'wanda:structure=2:4:share=0.6,w4',
    )
    expect(withParameter('llm-qat', 0, 'what', 'a, b')).toBe('llm-qat:what="a, b"')
    expect(membersOf('llm-qat:what="a, b",w4')).toEqual(['llm-qat:what="a, b"', 'w4'])
  })
})
