import type { Query } from '../../../../src/metrics/query.ts'
import type { Block, ReportDocument } from '../../../../src/surfaces/report/document.ts'

const query: Query = { metrics: ['cases'] }

/** What Typst would read as markup, were it ever source. */
export const hostile = '# $x^2$ *b* _i_ \\ @see <tag> [c] // no = 1. `raw` ~ #eval("1") https://a.b/c "q"'

export const drawn =
  '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" aria-label="Cases" width="586" height="120" viewBox="0 0 586 120">' +
  '<title>Cases</title><defs><pattern id="hatch-1" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="6" height="6" fill="var(--hit)"/><rect width="1.5" height="6" fill="var(--hatch)"/></pattern></defs>' +
  '<path class="hit" d="M156 11l332 0l0 34l-332 0Z" fill="var(--hit)" data-filter="type=A"><title>A: 10</title></path>' +
  '<path d="M156 20h300v24h-300Z" fill="var(--accent)"/><path d="M156 60h200v24h-200Z" fill="url(#hatch-1)"/>' +
  '<path d="M460 60h40v24h-40Z" fill="var(--on-heat-1)"/>' +
  '<text dominant-baseline="central" text-anchor="end" font-size="12.5px" transform="translate(148 32)" fill="var(--ink)">Phone</text>' +
  '<text dominant-baseline="central" text-anchor="end" font-size="12.5px" transform="translate(148 72)" fill="var(--soft)">E-mail</text></svg>'

/** One of each kind of block, with texts that are long, hostile and in letters that Inter does not have. */
export const everyKind: Block[] = [
  {
    kind: 'paragraph',
    tone: 'lead',
    text: 'The page opens with one computed sentence: what is here, and what matters in it.',
  },
  { kind: 'numbers', numbers: numbersOf(4) },
  { kind: 'heading', text: `A heading ${hostile}` },
  { kind: 'paragraph', text: hostile },
  { kind: 'paragraph', tone: 'quiet', text: 'Small print of a chapter. '.repeat(6) },
  {
    kind: 'list',
    items: ['First point', hostile, 'A third that is a good deal longer than one line of the page. '.repeat(2)],
  },
  { kind: 'list', numbered: true, items: ['Do this', 'Then that'] },
  {
    kind: 'figure',
    ...{
      id: 'a/b',
      title: 'Which channel is slower?',
      caption: `Real: Phone is slower. ${hostile}`,
      note: '95% intervals',
    },
    figure: { chart: 'bars', svg: drawn, narrow: '', option: {}, height: 120, label: 'Phone 10, e-mail 7' },
  },
  {
    kind: 'table',
    ...{ id: 'a/b', title: 'Which channel is slower?', caption: hostile },
    table: {
      caption: 'Channels',
      more: 3,
      columns: [
        { id: 'channel', label: 'Channel', numeric: false },
        { id: 'note', label: 'What was written', numeric: false, prose: true },
        { id: 'cases', label: 'Cases', numeric: true },
      ],
      rows: [
        [text('Phone'), text(hostile), number(1234)],
        [
          text('averyveryverylongidentifier_without/any-blank.in_it@all.example.com'),
          text('كيف حالك 漢字 😀'),
          number(7),
        ],
        [text(''), { text: 'late', value: 'late', tone: 'bad' as const }, { text: '–', value: null }],
      ],
    },
  },
  {
    kind: 'refusal',
    title: 'First reply time',
    why: 'First reply time cannot be known. Missing: creation date.',
    fix: hostile,
  },
  {
    kind: 'finding',
    claim: 'Chat is rated higher than social media by 0.39 points.',
    sure: 'Sure: q < 0.001, 9,978 answers',
    evidence: `Mean 3.49 (3.44 to 3.54) against 3.10 (3.03 to 3.18). ${hostile}`,
    limits: ['Who answers is not who was asked.', hostile],
  },
  { kind: 'finding', claim: hostile, sure: '', evidence: '', limits: [] },
  {
    kind: 'recommendation',
    number: 1,
    do: `Answer social media within a day. ${hostile}`,
    parts: [
      { label: 'For whom', text: 'Team of social media, 1,460 cases a month' },
      { label: 'What it would change', text: 'Up to 0.2 points of satisfaction (0.1 to 0.3)' },
    ],
  },
  { kind: 'recommendation', number: 2, do: 'Add the creation date to the export.', parts: [] },
  ...Array.from(
    { length: 5 },
    (_, index): Block => ({
      kind: 'definition',
      term: `Measure ${index + 1} ${index === 0 ? hostile : ''}`,
      says: 'Share of the cases that had a reply of an agent within the time that was promised, of those that have one.',
      parts: [{ label: 'Counted', text: hostile }],
    }),
  ),
]

function numbersOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    label: index === 0 ? hostile : `Reply rate of channel ${index}`,
    value: `${66 + index}.7%`,
    facts: ['2,769 of 8,469', '± 0.05'],
    ...(index < 3 && {
      standing: { text: '33.2 points below the target of 99.9%', tone: (['good', 'bad', 'warn'] as const)[index]! },
    }),
    query,
  }))
}

function text(value: string) {
  return { text: value, value }
}

function number(value: number) {
  return { text: value.toLocaleString('en-US'), value }
}

export function documentOf(blocks: Block[], more: Partial<ReportDocument> = {}): ReportDocument {
  return {
    ...{ report: 'service', title: 'Customer service report', source: 'tickets_export_2023_final.csv' },
    ...{ language: 'en', locale: 'en-US', version: 'abc', as_of: '2023-05-31T23:50:00Z', zone: 'UTC' },
    origin: 'As of May 31, 2023, 11:50 PM · UTC · version abc',
    sections: [
      { id: 'summary', title: 'Summary', blocks: blocks.slice(0, 2) },
      { id: 'all', title: 'Everything', blocks },
      { id: 'definitions', title: 'Definitions', appendix: true, blocks: blocks.slice(-5) },
    ],
    ...more,
  }
}
