import type { Tile } from '../spec.ts'
import type { TileView } from '../view.ts'
import { resolveActions } from './actions.ts'
import { resolveAgreement } from './agreement.ts'
import { resolveAlerts } from './alerts.ts'
import { resolveBreakdown } from './breakdown.ts'
import { resolveCase } from './case.ts'
import { resolveChange } from './change.ts'
import { resolveChart } from './chart.ts'
import { resolveChurn } from './churn.ts'
import { resolveContacts } from './contacts.ts'
import { resolveDecisions } from './decisions.ts'
import { resolveDefinitions } from './definitions.ts'
import { resolveDeflection } from './deflection.ts'
import { resolveDeliveries } from './deliveries.ts'
import { resolveDrivers } from './drivers.ts'
import { resolveDueBoard } from './due-board.ts'
import { resolveDueRisks } from './due-risks.ts'
import { resolveFeedback } from './feedback.ts'
import { resolveFindings } from './findings.ts'
import { resolveGaps } from './gaps.ts'
import { resolveInsights } from './insights.ts'
import { resolveJourney } from './journey.ts'
import { resolveKeyFactors } from './key-factors.ts'
import { resolveKpi } from './kpi.ts'
import { resolveLineage } from './lineage.ts'
import { resolveLoads } from './loads.ts'
import { resolveMarginal } from './marginal.ts'
import { resolveNextMarket } from './next-market.ts'
import { resolveNow } from './now.ts'
import { resolveProcess } from './process.ts'
import { resolveProfile } from './profile.ts'
import { resolveQuality } from './quality.ts'
import { resolveRanks } from './ranks.ts'
import { resolveReadiness } from './readiness.ts'
import { resolveRejects } from './rejects.ts'
import { resolveRows } from './rows.ts'
import { resolveSegments } from './segments.ts'
import { resolveSignals } from './signals.ts'
import { resolveStaffing } from './staffing.ts'
import { resolveSurvival } from './survival.ts'
import type { TileContext } from './tile.ts'
import { resolveTopics } from './topics.ts'
import { resolveTrends } from './trends.ts'
import { resolveValue } from './value.ts'

/** Every kind of tile. */
export async function resolveTile(tile: Tile, context: TileContext): Promise<TileView | null> {
  switch (tile.kind) {
    case 'kpi':
      return resolveKpi(tile, context)
    case 'chart':
      return resolveChart(tile, context)
    case 'rows':
      return resolveRows(tile, context)
    case 'gaps':
      return resolveGaps(tile, context)
    case 'breakdown':
      return resolveBreakdown(tile, context)
    case 'change':
      return resolveChange(tile, context)
    case 'key_factors':
      return resolveKeyFactors(tile, context)
    case 'ranks':
      return resolveRanks(tile, context)
    case 'agreement':
      return resolveAgreement(tile, context)
    case 'staffing':
      return resolveStaffing(tile, context)
    case 'value':
      return resolveValue(tile, context)
    case 'survival':
      return resolveSurvival(tile, context)
    case 'marginal':
      return resolveMarginal(tile, context)
    case 'next_market':
      return resolveNextMarket(tile, context)
    case 'contacts':
      return resolveContacts(tile, context)
    case 'findings':
      return resolveFindings(tile, context)
    case 'quality':
      return resolveQuality(tile, context)
    case 'actions':
      return resolveActions(tile, context)
    case 'decisions':
      return resolveDecisions(tile, context)
    case 'alerts':
      return resolveAlerts(tile, context)
    case 'deliveries':
      return resolveDeliveries(tile, context)
    case 'due_board':
      return resolveDueBoard(tile, context)
    case 'feedback':
      return resolveFeedback(tile, context)
    case 'due_risks':
      return resolveDueRisks(tile, context)
    case 'now':
      return resolveNow(tile, context)
    case 'readiness':
      return resolveReadiness(tile, context)
    case 'profile':
      return resolveProfile(tile, context)
    case 'loads':
      return resolveLoads(tile, context)
    case 'rejects':
      return resolveRejects(tile, context)
    case 'lineage':
      return resolveLineage(tile, context)
    case 'case':
      return resolveCase(tile, context)
    case 'process':
      return resolveProcess(tile, context)
    case 'segments':
      return resolveSegments(tile, context)
    case 'insights':
      return resolveInsights(tile, context)
    case 'topics':
      return resolveTopics(tile, context)
    case 'deflection':
      return resolveDeflection(tile, context)
    case 'churn':
      return resolveChurn(tile, context)
    case 'drivers':
      return resolveDrivers(tile, context)
    case 'signals':
      return resolveSignals(tile, context)
    case 'trends':
      return resolveTrends(tile, context)
    case 'journey':
      return resolveJourney(tile, context)
    case 'definitions':
      return resolveDefinitions(tile, context)
  }
}
