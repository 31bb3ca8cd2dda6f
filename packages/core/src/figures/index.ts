/** Figures (and tables) of the documents, computed again from Capline's own model. */
export { CAP_FIGURE_1, capFigure1 } from './cap/principle.ts'
export {
  type CapPoint,
  capTriangle,
  capTriangleData,
  capType,
  PRINTED_TYPES,
} from './cap/triangle.ts'
export { figureSvg, type SheetOptions } from './draw/sheet.ts'
export type {
  DataRow as FigureRow,
  Figure,
  FigureData,
  Parameter as FigureParameter,
  Settings as FigureSettings,
} from './figure.ts'
export {
  FIGURES,
  figureEntry,
  findInGallery,
  GALLERY,
  GALLERY_TABLES,
  type Gallery,
  type GalleryEntry,
  type GalleryTable,
  type Rendering,
  renderFigure,
  tableEntry,
} from './gallery.ts'
export type { Panel, TrianglePanel } from './panel.ts'
export {
  CATALOGUE_LOOKUP,
  defaultText,
  type Lookup as FigureLookup,
  readSettings as readFigureSettings,
} from './settings.ts'
