export { renderReport } from '../../../cli/src/render/html.ts'
