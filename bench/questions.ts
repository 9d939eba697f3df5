import type { Query } from '../src/metrics/query.ts'

/** A tile of the overview page: as it is asked, and as someone would write it by hand who only wants the number. */
export interface Question {
  name: string
  query: Query
  sql: string
  /** The hand-written query's single column that must equal the metric of a frame with one row. */
  agrees?: { metric: string; column: string }
}

const kept = "status IS NULL OR status <> 'deleted'"
const rated = "kind = 'csat' AND score IS NOT NULL"
const ratedJoined = "s.kind = 'csat' AND s.score IS NOT NULL"

export const questions: Question[] = [
  {
    name: 'cases',
    query: { metrics: ['cases'] },
    sql: `SELECT count(*) AS n FROM cx.cases WHERE ${kept}`,
    agrees: { metric: 'cases', column: 'n' },
  },
  {
    name: 'reply rate',
    query: { metrics: ['reply_rate'] },
    sql: `SELECT avg(CAST(first_response_at IS NOT NULL AS INTEGER)) AS share FROM cx.cases WHERE ${kept}`,
    agrees: { metric: 'reply_rate', column: 'share' },
  },
  {
    name: 'resolution rate',
    query: { metrics: ['resolution_rate'] },
    sql: `SELECT avg(CASE WHEN status IN ('solved', 'closed') THEN 1 ELSE 0 END) AS share FROM cx.cases WHERE ${kept}`,
    agrees: { metric: 'resolution_rate', column: 'share' },
  },
  {
    name: 'satisfaction',
    query: { metrics: ['csat_mean'] },
    sql: `SELECT avg(score) AS mean FROM cx.surveys WHERE ${rated}`,
    agrees: { metric: 'csat_mean', column: 'mean' },
  },
  {
    name: 'cases by channel',
    query: { metrics: ['cases'], by: ['channel'] },
    sql: `SELECT channel, count(*) AS n FROM cx.cases WHERE ${kept} GROUP BY channel ORDER BY n DESC`,
  },
  {
    name: 'cases by type',
    query: { metrics: ['cases'], by: ['type'] },
    sql: `SELECT type, count(*) AS n FROM cx.cases WHERE ${kept} GROUP BY type ORDER BY n DESC`,
  },
  {
    name: 'reply and resolution rate by priority',
    query: { metrics: ['reply_rate', 'resolution_rate'], by: ['priority'] },
    sql: `SELECT priority, avg(CAST(first_response_at IS NOT NULL AS INTEGER)), avg(CASE WHEN status IN ('solved', 'closed') THEN 1 ELSE 0 END) FROM cx.cases WHERE ${kept} GROUP BY priority`,
  },
  {
    name: 'satisfaction by channel',
    query: { metrics: ['csat_mean', 'csat_percent'], by: ['channel'] },
    sql: `SELECT c.channel, avg(s.score), avg(CAST(s.score >= 4 AS INTEGER)) FROM cx.surveys s JOIN cx.cases c ON c.id = s."case" WHERE ${ratedJoined} GROUP BY c.channel`,
  },
  {
    name: 'satisfaction by type',
    query: { metrics: ['csat_mean'], by: ['type'] },
    sql: `SELECT c.type, avg(s.score) FROM cx.surveys s JOIN cx.cases c ON c.id = s."case" WHERE ${ratedJoined} GROUP BY c.type`,
  },
  {
    name: 'reply to resolution by channel',
    query: { metrics: ['reply_to_resolution_time'], by: ['channel'] },
    sql: `SELECT channel, avg(epoch(solved_at) - epoch(first_response_at)) FROM cx.cases WHERE solved_at >= first_response_at GROUP BY channel`,
  },
]
