import { europe } from './europe.ts'
import { corners, shapes } from './europe-shapes.ts'
import { registerOutlines } from './outlines.ts'

/** Teaches ECharts the map `europe`. */
export function registerEurope(): void {
  registerOutlines('europe', europe.countries, corners, shapes)
}
