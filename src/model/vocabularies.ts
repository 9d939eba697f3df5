/**
 * The closed lists of the model. A pack translates the words of its source into these ids; labels per language are in
 * `catalog/words/`. The order is the one in which a page lists them when it does not sort by value.
 */
export const vocabularies = {
  channel: ['call', 'chat', 'email', 'social', 'web', 'form', 'in_person', 'app', 'sms'],
  status: ['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted'],
  priority: ['low', 'medium', 'high', 'critical'],
  severity: ['minor', 'moderate', 'major', 'blocking'],
  direction: ['inbound', 'outbound', 'internal'],
  gender: ['female', 'male', 'other'],
  survey_kind: ['csat', 'nps', 'ces', 'exit'],
  polarity: ['higher_is_better', 'lower_is_better'],
  actor_kind: ['customer', 'agent', 'bot', 'system'],
  activity: ['created', 'assigned', 'replied', 'status', 'priority', 'team', 'agent', 'solved', 'reopened', 'closed'],
  delivery: ['sent', 'delivered', 'read', 'played', 'failed', 'deleted'],
  clock: ['calendar', 'business'],
  /** Superseded: stored by the source, and computed from events as well, so counted no more. */
  origin: ['computed', 'stored', 'superseded'],
  agent_state: ['available', 'handling', 'break', 'offline'],
  risk_level: ['low', 'medium_low', 'medium', 'medium_high', 'high'],
  /** Mean of a customer's answers on a scale of 1 to 5: below 3, below 4, from 4 on. */
  satisfaction_band: ['low', 'middle', 'high'],
  /** Named by the source; the only product that the customer held then; one of several that were held; nothing known. */
  attribution: ['stated', 'sole_holding', 'shared', 'unknown'],
} as const satisfies Record<string, readonly string[]>

/** The ids of a vocabulary; an unknown name is a fault of the model and found by its test. */
export function wordsOf(name: string): readonly string[] {
  return (vocabularies as Record<string, readonly string[]>)[name] ?? []
}
