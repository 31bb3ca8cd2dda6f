export { type Box, placeLabels, textWidth } from '../../../cli/src/render/labels.ts'
export { type Scale, scaleOf } from '../../../cli/src/render/scale.ts'
