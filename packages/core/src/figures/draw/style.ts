/**
 * The look of a figure's SVG. Alone, the file brings its colours, light and dark by the reader's setting; inside a page,
 * the page's own `--ink`, `--bg`, `--muted`, `--line` and `--s1` … `--s6` hold where it sets them.
 */

/** Series by hue and lightness alike, so that they differ for people who see few hues. */
const LIGHT =
  '--bg:#fff;--ink:#1b1f24;--muted:#57606a;--line:#d8dee4;--panel:#f6f8fa;' +
  '--s1:#1a5fb4;--s2:#b4530a;--s3:#1a7f37;--s4:#8a3db8;--s5:#0e7490;--s6:#6b7280;' +
  '--prefill:#b4530a;--decode:#1a5fb4;--roof:#57606a;--kv:#8a3db8;--limit:#b3261e;--here:#57606a'
const DARK =
  '--bg:#0f1317;--ink:#e6e9ec;--muted:#9aa4ae;--line:#313840;--panel:#181d23;' +
  '--s1:#6cb0ff;--s2:#f0a35e;--s3:#57c46e;--s4:#c99bff;--s5:#4fd0e3;--s6:#aab2bb;' +
  '--prefill:#f0a35e;--decode:#6cb0ff;--roof:#9aa4ae;--kv:#c99bff;--limit:#ff8a80;--here:#9aa4ae'

const PALETTE = `svg.figure{${LIGHT}}@media (prefers-color-scheme:dark){svg.figure{${DARK}}}`

const TONES = ['s1', 's2', 's3', 's4', 's5', 's6', 'prefill', 'decode', 'roof', 'kv', 'limit', 'here'] as const

const RULES = [
  "svg.figure{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}",
  'svg.figure text{fill:var(--muted)}',
  'svg.figure .title{fill:var(--ink);font-weight:600}',
  'svg.figure .axis,svg.figure .legend,svg.figure .mark-label,svg.figure .name{fill:var(--ink)}',
  'svg.figure .grid{stroke:var(--line);stroke-width:1}',
  'svg.figure .line{fill:none;stroke-width:2}',
  // Dashes tell series apart without colour; roofs and rules keep theirs.
  'svg.figure .line.s2{stroke-dasharray:9 4}svg.figure .line.s3{stroke-dasharray:3 3}',
  'svg.figure .line.s4{stroke-dasharray:10 3 2 3}svg.figure .line.s5{stroke-dasharray:14 5}',
  'svg.figure .line.s6{stroke-dasharray:2 5}',
  ...TONES.map(
    (tone) =>
      `svg.figure .line.${tone}{stroke:var(--${tone})}svg.figure .fill.${tone},svg.figure .mark.${tone}{fill:var(--${tone})}`,
  ),
  'svg.figure .mark{stroke:var(--bg);stroke-width:1}',
  'svg.figure .fill{stroke:var(--bg);stroke-width:1}',
  'svg.figure .rule{stroke:var(--here);stroke-width:1.5;stroke-dasharray:5 4}',
  'svg.figure .rule.limit{stroke:var(--limit)}svg.figure .rule-label.limit{fill:var(--limit)}',
  'svg.figure .mark-label,svg.figure .rule-label,svg.figure .roof-label,svg.figure .value{paint-order:stroke;stroke:var(--bg);stroke-width:3px;stroke-linejoin:round}',
  'svg.figure .inside{fill:var(--bg);font-weight:600}',
  'svg.figure .box{fill:var(--panel);stroke:var(--muted);stroke-width:1.2}',
  'svg.figure .box.dashed{stroke-dasharray:5 4}svg.figure .box.frame{fill:none;stroke:var(--line);stroke-width:1.5}',
  ...TONES.map((tone) => `svg.figure .box.${tone}{stroke:var(--${tone});stroke-width:2}`),
  'svg.figure .hollow{fill:var(--bg);stroke:var(--muted);stroke-width:1.5;stroke-dasharray:3 3}',
  'svg.figure .edge{fill:none;stroke:var(--muted);stroke-width:1.5}svg.figure .head{fill:var(--muted)}',
  'svg.figure .ground{fill:var(--bg)}',
  'svg.figure .hatch{stroke:var(--bg);stroke-width:2.5}',
  'svg.figure .side{fill:none;stroke:var(--muted);stroke-width:1.5}',
].join('')

export function figureStyle(alone: boolean): string {
  return `<style>${alone ? PALETTE : ''}${RULES}</style>`
}
