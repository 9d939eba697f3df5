import { registerOutlines } from './outlines.ts'
import { states } from './states.ts'
import { corners, shapes } from './states-shapes.ts'

/** Teaches ECharts the map `us`. */
export function registerStates(): void {
  registerOutlines('us', states.regions, corners, shapes)
}
