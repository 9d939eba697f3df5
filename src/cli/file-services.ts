import { gatherFindings } from '../insights/gather.ts'
import type { Viewer } from '../metrics/query.ts'
import type { PageServices } from '../pages/services.ts'
import { type Shared, settledOf } from './opened.ts'
import { servicesOf } from './page-services.ts'

/** Without what moves with the clock, and with every answer waited for: the same version gives the same file. */
export function fileServices(shared: Shared, viewer: Viewer): PageServices {
  const { readAlerts: _alerts, readNow: _now, ...services } = servicesOf(shared, viewer)
  const settled = settledOf(shared, viewer)
  return { ...services, gatherWithin: async () => ({ answers: await gatherFindings(settled), pending: [] }) }
}
