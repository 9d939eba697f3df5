/** What is known when a project is described: each part may be empty. */
export interface BriefFacts {
  version: string
  project: string
  /** ISO UTC, of the newest event. */
  asOf: string | null
  zone: string
  sources: {
    id: string
    path: string
    pack: string
    records: number
    mapped: number
    rejected: number
    duplicate: number
    superseded: number
    skipped: number
  }[]
  /** Lineage, one a model column. */
  mappings: {
    source: string
    column: string
    expression: string
    place: string
    confidence?: number
    reason?: string
  }[]
  /** A metric, and what it needs that the sources lack. */
  kpis: {
    id: string
    label: string
    definition: string
    target?: { value: string; scope?: string; source: string }
    missing: string[]
  }[]
  /** What one more column would unlock. */
  readiness: { field: string; unlocks: string[] }[]
  tables: { name: string; row: string; rows: number }[]
  pages: { id: string; title: string; question: string }[]
  problems: { message: string; fix?: string }[]
}

const begins = '<!-- by hand: begin. Rapport keeps what stands between these two lines. -->'
const ends = '<!-- by hand: end -->'
const invitation = 'Write here what the data cannot know: who asked, what was decided, what the interviews said.'

/**
 * The project's brief as Markdown, in the six stages of a study: the facts are written anew each time, the section by hand
 * of `before` (the file as it is) is kept. Pure: same facts, same text.
 */
export function writeBrief(facts: BriefFacts, before = ''): string {
  const stages = [requirements, sources, architecture, transformation, model, reporting]
  return `${[
    `# ${facts.project}: brief`,
    `Version ${facts.version}; data as of ${facts.asOf ?? 'an unknown moment'}; days and hours in ${facts.zone}. Written by Rapport: change the project, not this text.`,
    handWritten(before),
    ...stages.map((stage, at) => stage(facts, at + 1)),
  ].join('\n\n')}\n`
}

function handWritten(before: string): string {
  const from = before.indexOf(begins)
  const to = before.indexOf(ends, from)
  const kept = from >= 0 && to > from ? before.slice(from + begins.length, to).trim() : invitation
  return `## Notes\n\n${begins}\n\n${kept}\n\n${ends}`
}

function requirements({ kpis }: BriefFacts, stage: number): string {
  const rows = kpis.map(({ id, label, definition, target }) => [
    `${label} (\`${id}\`)`,
    definition,
    target ? `${target.value}${target.scope ? ` (${target.scope})` : ''}` : '',
    target?.source ?? '',
  ])
  return section(
    stage,
    'Requirements and KPI definition',
    table(['KPI', 'Definition', 'Target', 'Who says so'], rows, 'No KPI can be computed yet.'),
  )
}

function sources({ sources: all, readiness, problems }: BriefFacts, stage: number): string {
  const rows = all.map((source) => [
    source.id,
    source.path,
    source.pack,
    ...[source.records, source.mapped, source.rejected, source.duplicate, source.superseded, source.skipped].map(
      String,
    ),
  ])
  const head = ['Source', 'File', 'Pack', 'Records', 'Mapped', 'Rejected', 'Duplicate', 'Superseded', 'Skipped']
  const gaps = readiness.map(({ field, unlocks }) => `- **${field}** would unlock ${unlocks.join(', ')}.`)
  return section(
    stage,
    'Assessment of sources',
    table(head, rows, 'No source yet.'),
    'Records = mapped + rejected + duplicate + superseded + skipped.',
    list('What the sources lack', gaps),
    list(
      'What was found',
      problems.map(({ message, fix }) => `- ${message}${fix ? ` ${fix}` : ''}`),
    ),
  )
}

function architecture({ sources: all, zone }: BriefFacts, stage: number): string {
  const names = all.map(({ id }) => id).join(', ') || 'no source'
  return section(
    stage,
    'Architecture',
    `\`${names}\` → files kept by their hash → packs → one model (\`cx.*\`) → metrics → findings → pages, reports and exports.`,
    `Each build writes a new version beside the old one and then moves a pointer: readers never see half of it. Moments are kept in UTC; local days in ${zone}.`,
  )
}

function transformation({ mappings }: BriefFacts, stage: number): string {
  const rows = mappings.map(({ source, column, expression, place, confidence, reason }) => [
    `${column}`,
    source,
    expression,
    [confidence === undefined ? '' : confidence.toFixed(2), reason ?? ''].filter((part) => part !== '').join(' '),
    place,
  ])
  return section(
    stage,
    'Transformation logic',
    table(['Model column', 'Source', 'From', 'How sure, and why', 'Written at'], rows, 'Nothing is mapped yet.'),
  )
}

function model({ tables }: BriefFacts, stage: number): string {
  const rows = tables
    .filter(({ rows: count }) => count > 0)
    .map(({ name, row, rows: count }) => [`\`${name}\``, row, String(count)])
  return section(stage, 'Unified model', table(['Table', 'One row is', 'Rows'], rows, 'The model is empty.'))
}

function reporting({ pages, kpis }: BriefFacts, stage: number): string {
  const refused = kpis
    .filter(({ missing }) => missing.length > 0)
    .map(({ label, missing }) => `- ${label}: needs ${missing.join(', ')}.`)
  return section(
    stage,
    'Reporting and visualisation',
    table(
      ['Page', 'Answers'],
      pages.map(({ title, question }) => [title, question]),
      'No page yet.',
    ),
    list('Refused rather than guessed', refused),
  )
}

function section(stage: number, title: string, ...parts: string[]): string {
  return [`## ${stage}. ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')
}

function list(title: string, items: string[]): string {
  return items.length > 0 ? `**${title}**\n\n${items.join('\n')}` : ''
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|')

function table(head: string[], rows: string[][], none: string): string {
  if (rows.length === 0) return none
  const line = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
