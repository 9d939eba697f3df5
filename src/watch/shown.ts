import type { AlertRule } from '../config/alerts.ts'
import type { AlertShown, AlertsShown, DeliveryShown } from '../pages/alert-status.ts'
import type { Delivery, Watched } from './ledger.ts'
import { linkOf, titleOf, valueText } from './message.ts'
import type { WatchServices } from './services.ts'
import type { AlertState } from './state.ts'

const mostDeliveries = 50
const order = ['firing', 'pending', 'no-data', 'stale', 'off', 'resolved', 'ok']

/** What the ledger comes to, for a viewer: what fires first. A rule that was never evaluated stands there too. */
export function showAlerts(rules: AlertRule[], watched: Watched, services: WatchServices): AlertsShown {
  const alerts = rules.flatMap((rule) => {
    const states = [...watched.states.values()].filter((state) => state.rule === rule.id)
    return states.length > 0 ? states.map((state) => shown(rule, state, services)) : [unseen(rule, services)]
  })
  return {
    evaluated: watched.evaluated,
    alerts: alerts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status)),
    deliveries: [...watched.deliveries.values()]
      .filter(({ outcome }) => outcome !== 'gathered')
      .toReversed()
      .slice(0, mostDeliveries)
      .map(delivered),
  }
}

function shown(rule: AlertRule, state: AlertState, services: WatchServices): AlertShown {
  return {
    ...headOf(rule, services),
    key: state.key,
    segment: state.segment,
    status: state.status,
    since: state.open?.since ?? state.since,
    value: valueText(rule, state.value, services),
    limit: state.limit === null || rule.kind === 'check' ? '' : valueText(rule, state.limit, services),
    n: state.n ?? null,
    as_of: state.as_of,
    because: state.because ?? '',
    href: linkOf(rule, state, ''),
  }
}

function unseen(rule: AlertRule, services: WatchServices): AlertShown {
  return {
    ...headOf(rule, services),
    key: rule.id,
    segment: null,
    status: 'off',
    since: null,
    value: '',
    limit: '',
    n: null,
    as_of: null,
    because: '',
    href: '',
  }
}

function headOf(rule: AlertRule, services: WatchServices) {
  const { id, kind, severity, owner = null, receivers } = rule
  return { rule: id, kind, severity, owner, receivers, title: titleOf(rule, services) }
}

function delivered({ notification, tries, outcome, says, next, at }: Delivery): DeliveryShown {
  const { id, receiver, title } = notification
  return { id, receiver, title, at, outcome, tries, says, next: outcome === 'waiting' ? next : null }
}
