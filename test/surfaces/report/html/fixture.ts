import type { Words } from '../../../../src/config/words.ts'
import type { Figure, TableView } from '../../../../src/pages/view.ts'
import type { ReportDocument } from '../../../../src/surfaces/report/document.ts'
import type { ReportFiles } from '../../../../src/surfaces/report/html/files.ts'

/** What a file may say to break out of the page that prints it. */
export const hostile = `</script><script>alert(1)</script><!-- "quoted" 'single' & \u2028 <img src=x onerror=alert(1)>`

export const files: ReportFiles = {
  style: 'body{color:red}',
  script: (maps) => `document.title=${JSON.stringify(maps ? 'maps' : 'plain')};"</script><!--"`,
}

export const words: Words = { language: 'en', locale: 'en-US', messages: {}, fallback: {} }

export function figure(
  chart = 'bars',
  series: unknown[] = [{ type: 'bar', data: [{ value: 1, tip: hostile, filter: 'channel=chat' }] }],
): Figure {
  const svg =
    '<svg class="drawing" role="img" aria-label="x" width="586" height="80"><path class="hit" data-filter="channel=chat"/></svg>'
  return { chart, svg, narrow: svg, option: { series }, height: 80, label: 'x' }
}

export function table(rows: number): TableView {
  return {
    caption: 'Cases by channel',
    columns: [
      { id: 'channel', label: 'Channel', numeric: false },
      { id: 'cases', label: 'Cases', numeric: true },
    ],
    rows: Array.from({ length: rows }, (_, i) => [
      { text: i === 0 ? hostile : `Channel ${i}`, value: i, href: '/cases', filter: 'channel=chat' },
      { text: String(i), value: i },
    ]),
  }
}

/** A report with each kind of block, in chapters that stand as they may. */
export const report: ReportDocument = {
  report: 'service',
  title: 'Customer service report',
  source: 'tickets.csv',
  language: 'en',
  locale: 'en-US',
  version: 'abc',
  as_of: '2026-05-31T23:50:00Z',
  zone: 'UTC',
  origin: 'As of 31 May 2026 · UTC · version abc',
  sections: [
    {
      id: 'summary',
      title: 'Summary',
      blocks: [
        { kind: 'paragraph', text: 'Eight thousand cases.', tone: 'lead' },
        {
          kind: 'numbers',
          numbers: [
            {
              label: 'Satisfaction',
              value: '3.27',
              facts: ['n = 9,978', '± 0.03'],
              standing: { text: '0.73 below the 4.00 target', tone: 'bad' },
              query: { metrics: ['csat_mean'] },
            },
            { label: 'Cases', value: '8,469', facts: [], query: { metrics: ['cases'] } },
          ],
        },
        { kind: 'refusal', title: 'First reply time', why: 'The file lacks it.', fix: 'Add the column.' },
      ],
    },
    {
      id: 'volume',
      title: hostile,
      blocks: [
        {
          ...{ kind: 'figure', id: 'overview/cases', title: 'Cases by channel', caption: 'Chat leads.', note: 'Count' },
          figure: figure(),
          source: { queries: [{ metrics: ['cases'], by: ['channel'] }] },
        },
        { kind: 'table', id: 'overview/cases', title: 'Cases by channel', caption: '', table: table(3) },
        { kind: 'figure', id: 'b', title: 'Second', caption: '', note: '', figure: figure('line') },
        { kind: 'table', id: 'b', title: 'Second', caption: '', table: table(13) },
        { kind: 'table', id: 'c', title: 'A table of its own', caption: 'It says this.', table: table(2) },
      ],
    },
    {
      id: 'findings',
      title: 'Findings',
      blocks: [
        {
          kind: 'finding',
          claim: 'Chat is better.',
          sure: 'Real: q < 0.001',
          evidence: '3.49 and 3.10',
          limits: ['A cause is not shown.'],
        },
        { kind: 'heading', text: 'In detail' },
        { kind: 'finding', claim: 'Phone is slow.', sure: '', evidence: '', limits: [] },
        { kind: 'list', items: ['one', 'two'], numbered: true },
        { kind: 'list', items: [hostile] },
      ],
    },
    {
      id: 'actions',
      title: 'Recommended actions',
      blocks: [
        { kind: 'recommendation', number: 1, do: 'Answer faster.', parts: [{ label: 'For', text: 'Phone' }] },
        { kind: 'recommendation', number: 2, do: hostile, parts: [] },
      ],
    },
    {
      ...{ id: 'definitions', title: 'Definitions', appendix: true },
      blocks: [
        {
          ...{ kind: 'definition', term: 'Satisfaction, top two', says: 'Share of 4 and 5.', parts: [] },
          source: { queries: [{ metrics: ['csat_percent', 'csat_mean'] }] },
        },
        {
          ...{ kind: 'definition', term: 'Satisfaction', says: 'Mean of the ratings.' },
          parts: [{ label: 'Numerator', text: 'sum of scores' }],
          source: { queries: [{ metrics: ['csat_mean'] }] },
        },
      ],
    },
    {
      id: 'quality',
      title: 'Data quality',
      appendix: true,
      blocks: [{ kind: 'paragraph', text: 'Good.', tone: 'quiet' }],
    },
  ],
}
