/** What should I turn on? The whole catalogue ranked in this question, or the page of one technique. */
import { usePart } from '../app/page.ts'
import { RankList } from './RankList.tsx'
import { TechniquePage } from './TechniquePage.tsx'
import '../styles/techniques.css'

export default function TechniquesView() {
  const technique = usePart((page) => page.technique ?? '')
  return technique === '' ? <RankList /> : <TechniquePage id={technique} />
}
