/** The look of the HTML report: light and dark by the reader's setting, from 360 pixels on, and on paper. */
export const REPORT_CSS = `
:root { color-scheme: light dark; --bg: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d8dee4; --panel: #f6f8fa;
  --prefill: #b4530a; --decode: #1a5fb4; --roof: #57606a; --kv: #7a3db8; --limit: #b3261e; --here: #57606a;
  --weights: #1a5fb4; --activations: #b4530a; --reserve: #8c959f; --free: #dfe5ea; --good: #1a7f37; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1317; --ink: #e6e9ec; --muted: #9aa4ae; --line: #313840; --panel: #181d23;
  --prefill: #f0a35e; --decode: #6cb0ff; --roof: #9aa4ae; --kv: #c99bff; --limit: #ff8a80; --here: #9aa4ae;
  --weights: #4f94e8; --activations: #e08e45; --reserve: #6b747d; --free: #2a3138; --good: #57c46e; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 68rem; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem }
p { margin: .4rem 0; max-width: 46rem }
a { color: var(--decode) }
.muted, .sub { color: var(--muted) }
.verdict { display: inline-block; margin: .9rem 0 .2rem; padding: .5rem .8rem; border: 1px solid; border-left-width: 6px; border-radius: 4px; font-weight: 600 }
.fits { color: var(--good) } .too-big { color: var(--bad) } .unknown { color: var(--muted) }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .6rem; margin: 1rem 0; padding: 0 }
.facts div { background: var(--panel); border-radius: 6px; padding: .6rem .8rem }
.facts dt { color: var(--muted); font-size: .85rem } .facts dd { margin: 0; font-size: 1.15rem; font-weight: 600; overflow-wrap: anywhere }
.facts dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--muted) }
.bar { position: relative; display: flex; height: 2.2rem; border-radius: 4px; overflow: hidden; border: 1px solid var(--line) }
.bar span { min-width: 2px } .bar .mark { position: absolute; top: 0; bottom: 0; width: 3px; background: var(--limit) }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .6rem 0; font-size: .9rem }
.legend i { display: inline-block; width: .85em; height: .85em; border-radius: 2px; margin-right: .4em; vertical-align: -.05em }
.legend i.round { border-radius: 50% }
.c-weights { background: var(--weights) } .c-kv { background: var(--kv) } .c-activations { background: var(--activations) }
.c-reserve { background: var(--reserve) } .c-free { background: var(--free) } .c-limit { background: var(--limit) }
.c-prefill { background: var(--prefill) } .c-decode { background: var(--decode) }
.why { padding-left: 1.1rem; max-width: 46rem } .why ul { padding-left: 1.1rem; color: var(--good) } .why > li { margin: .4rem 0 }
figure { margin: 0 } figcaption { font-weight: 600; margin-bottom: .2rem }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.4rem }

svg.chart { display: block; width: 100%; height: auto; font-family: inherit } svg.narrow { display: none }
@media (max-width: 40rem) { svg.wide { display: none } svg.narrow { display: block }
  .facts { grid-template-columns: 1fr 1fr } h2 { margin-top: 1.7rem } .roomy { display: none } }
svg text { fill: var(--muted) } svg .axis { fill: var(--ink) } svg .grid { stroke: var(--line); stroke-width: 1 }
svg .line { fill: none; stroke-width: 2 } svg .line.roof { stroke: var(--roof) } svg .line.decode { stroke: var(--decode) }
svg .line.kv { stroke: var(--kv) } svg .roof-label { fill: var(--muted) }
svg .rule { stroke-width: 1.5; stroke-dasharray: 5 4 } svg .rule.limit { stroke: var(--limit) } svg .rule.here, svg .rule.roof { stroke: var(--here) } svg .rule.roof { stroke-width: 1 }
svg .rule-label.limit { fill: var(--limit) }
svg .mark { stroke: var(--bg); stroke-width: 1 } svg .mark.prefill { fill: var(--prefill) } svg .mark.decode { fill: var(--decode) }
svg .mark-label { fill: var(--ink) }
svg .mark-label, svg .rule-label, svg .roof-label { paint-order: stroke; stroke: var(--bg); stroke-width: 3px; stroke-linejoin: round }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .6rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line) }
th { color: var(--muted); font-weight: 600; background: var(--panel) } .right { text-align: right }
tbody th { background: var(--bg); color: var(--ink); font-weight: 400; position: sticky; left: 0 }
tr.total td, tr.total th { font-weight: 600; background: var(--panel) } tbody:last-child tr:last-child > * { border-bottom: 0 }
tr.group th { position: static; padding-top: .8rem; font-weight: 600 }
.memory-bound { color: var(--decode) } .compute-bound { color: var(--prefill) }
.notes { font-size: .85rem; color: var(--muted); padding-left: 1.1rem; overflow-wrap: anywhere }
footer { margin-top: 2.5rem; font-size: .85rem; color: var(--muted) }
@media print { body { max-width: none; padding: 0 } .scroll { overflow: visible; border: 0 } figure, tr { break-inside: avoid } }
`
