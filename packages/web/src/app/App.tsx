/** The shell: the question at the left, the answers first, then one view at a time. */
import type { BasisBadge } from '@capline/core'
import { lazy, memo, type ReactNode, Suspense, useRef } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { SaidProblem } from '../parts/said.ts'
import { Answers } from '../views/Answers.tsx'
import { Explanations } from '../views/NumberButton.tsx'
import { QuestionBar } from '../views/QuestionBar.tsx'
import { Boundary } from './Boundary.tsx'
import { ShownBasis } from './basis.ts'
import { useAsk } from './client.ts'
import { Header } from './Header.tsx'
import { LinkProblems } from './LinkProblems.tsx'
import { type Page, update, usePage, usePart, VIEWS, type View } from './page.ts'

const TITLES: Readonly<Record<View, string>> = {
  network: 'Network',
  roofline: 'Roofline',
  curves: 'Curves',
  table: 'Table',
  compare: 'Compare',
  techniques: 'Techniques',
  figures: 'Figures',
  fidelity: 'Fidelity',
}

const PANELS = {
  network: lazy(() => import('../views/NetworkView.tsx')),
  roofline: lazy(() => import('../views/RooflineView.tsx')),
  curves: lazy(() => import('../views/CurvesView.tsx')),
  table: lazy(() => import('../views/TableView.tsx')),
  compare: lazy(() => import('../views/CompareView.tsx')),
  techniques: lazy(() => import('../views/TechniquesView.tsx')),
  figures: lazy(() => import('../views/FiguresView.tsx')),
  fidelity: lazy(() => import('../views/FidelityView.tsx')),
} as const satisfies Record<View, unknown>

const EffectSection = lazy(() => import('../views/EffectSection.tsx'))

/** The answers with the chosen techniques; nothing of it is loaded while none is on. */
const Chosen = memo(function Chosen() {
  const isAny = usePart((page) => (page.with ?? '') !== '')
  return (
    isAny && (
      <Suspense fallback={<p className="loading">Opening</p>}>
        <EffectSection />
      </Suspense>
    )
  )
})

const viewOf = (page: Page) => page.view
const pinsOf = (page: Page) => page.pins
const linkOf = (page: Page) => page.link

/** Leaves what is open inside a view, the question stays. */
const leaveOperator = () => update({ operator: undefined as never, technique: undefined as never })

/** A part of the page that cannot take the rest with it. */
function Kept({ what, leave, children }: { what: string; leave: () => void; children: ReactNode }) {
  const page = usePage()
  return (
    <Boundary what={what} of={page} leave={leave}>
      {children}
    </Boundary>
  )
}

/** Drawn again when another view is chosen, not when a knob is turned: the view itself listens to what it needs. */
const Views = memo(function Views() {
  const view = usePart(viewOf)
  const pins = usePart(pinsOf)
  const Panel = PANELS[view]
  return (
    <Tabs className="views" selectedKey={view} onSelectionChange={(key) => update({ view: key as View }, true)}>
      <TabList aria-label="Views" className="tabs">
        {VIEWS.map((id) => (
          <Tab key={id} id={id} className="tab">
            {TITLES[id]}
            {id === 'compare' && pins.length > 0 && <span className="badge">{pins.length}</span>}
          </Tab>
        ))}
      </TabList>
      {VIEWS.map((id) => (
        <TabPanel key={id} id={id} className="panel">
          {id === view && (
            <Suspense fallback={<p className="loading">Opening</p>}>
              <Kept what="view" leave={leaveOperator}>
                <Panel />
              </Kept>
            </Suspense>
          )}
        </TabPanel>
      ))}
    </Tabs>
  )
})

/** The badge of before as long as it says the same: every answer brings a new copy. */
function useSame(badge: BasisBadge | undefined): BasisBadge | undefined {
  const kept = useRef(badge)
  if (kept.current?.text !== badge?.text) kept.current = badge
  return kept.current
}

export function App() {
  const link = usePart(linkOf)
  const answers = useAsk('answers', link)
  const why = useAsk('why', link)
  const basis = useSame(answers.value?.basis)
  // The list is needed after the first answer, not before.
  const catalogue = useAsk('catalogue', answers.value || answers.problem ? null : undefined)
  return (
    <>
      <a className="skip" href="#answers">
        Skip to the answers
      </a>
      <Header />
      <div className="page">
        <aside aria-label="Question">
          <QuestionBar catalogue={catalogue.value} problem={answers.problem} />
        </aside>
        <main id="answers" tabIndex={-1} aria-busy={answers.isPending}>
          <LinkProblems />
          <ShownBasis value={basis}>
            <Kept what="part" leave={leaveOperator}>
              <Answers answers={answers.value} why={why.value} problem={answers.problem} />
              <SaidProblem value={answers.problem}>
                <Chosen />
              </SaidProblem>
            </Kept>
            <SaidProblem value={answers.problem}>
              <Views />
            </SaidProblem>
          </ShownBasis>
        </main>
      </div>
      <Explanations />
    </>
  )
}
