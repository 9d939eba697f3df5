import { say, type Words } from '../../config/words.ts'
import type { Quality } from '../../metrics/ledger.ts'
import { shownScore } from '../../metrics/quality-score.ts'
import { originOf } from '../../pages/origin.ts'
import type { CheckFact, LoadFact, RejectReason } from '../../pages/services.ts'
import { nameOfLoad } from '../../pages/tiles/loads.ts'
import { rejectText } from '../../pages/tiles/rejects.ts'
import type { Cell, Row, Sheet } from './book.ts'
import {
  blankRow,
  emptyCell,
  fitted,
  headCell,
  linkCell,
  markCell,
  nameCell,
  numberCell,
  proseCell,
  proseRow,
  sectionCell,
  softCell,
  titleCell,
} from './cells.ts'
import type { Plan } from './plan.ts'

/** The book of a version: what came in, what was set aside, what checks found. */
export interface Ledger {
  loads: LoadFact[]
  rejects: { total: number; reasons: RejectReason[] }
  findings: CheckFact[]
  quality: Quality | null
}

const widths = [46, 60, 17, 13, 13, 14, 13, 13, 44]

/** How good the data are, in numbers that can be added up: records against what became of them, rejects by reason, findings by check. */
export function qualitySheet(
  ledger: Ledger,
  plan: Plan,
  version: { as_of: string | null; zone: string; version: string },
  words: Words,
): Sheet {
  const own = plan.pages.find(({ isQuality }) => isQuality)
  const tables = own?.tables.map(({ name, table }) => ({
    cells: [linkCell(say(words, 'workbook.on-sheet', { name, count: table.rows.length }), name, 'A1', false)],
  }))
  const rows: Row[] = [
    { cells: [titleCell(plan.quality)], height: 27 },
    ...(own?.view.headline ? [proseRow(own.view.headline, widths.slice(0, 8), 'lead')] : []),
    { cells: [softCell(originOf(version, words))] },
    { cells: [linkCell(`← ${plan.contents}`, plan.contents, 'A1', false)] },
    ...scoreRows(ledger, words),
    ...loadRows(ledger, words),
    ...rejectRows(ledger, words),
    ...findingRows(ledger, words),
    ...(tables?.length ? [blankRow, { cells: [sectionCell(say(words, 'workbook.more'))], height: 22 }, ...tables] : []),
  ]
  return { name: plan.quality, widths, rows: fitted(rows, widths), frozen: 1 }
}

function section(id: string, heads: [id: string, numeric?: true][], rows: Row[], words: Words): Row[] {
  const head = heads.map(([column, numeric]) => headCell(column && say(words, `workbook.${id}.${column}`), numeric))
  return [
    blankRow,
    { cells: [sectionCell(say(words, `workbook.${id}`))], height: 22 },
    ...(rows.length > 0 ? [{ cells: head }, ...rows] : [{ cells: [softCell(say(words, `workbook.${id}.none`))] }]),
  ]
}

function scoreRows({ quality }: Ledger, words: Words): Row[] {
  if (!quality?.whole) return []
  const score = (value: number): Cell => numberCell(shownScore(value), 'points')
  const line = (name: string, value: number): Row => ({ cells: [nameCell(name), emptyCell, score(value)] })
  const parts = quality.whole.dimensions.map((part) => line(say(words, `pages.quality.${part.dimension}`), part.score))
  const sources = quality.sources.map(({ source, quality: own }) => line(source, own.score))
  const whole = line(say(words, 'workbook.score.whole'), quality.whole.score)
  return section('score', [['of'], [''], ['points', true]], [whole, ...parts, ...sources], words)
}

const parts = ['mapped', 'rejected', 'duplicate', 'superseded', 'skipped'] as const

function loadRows({ loads }: Ledger, words: Words): Row[] {
  const rows = loads.map((load): Row => {
    const missing = load.records - parts.reduce((sum, part) => sum + load[part], 0)
    const read = [load.form.toUpperCase(), load.encoding, load.pack, load.fills].filter(Boolean).join(' · ')
    return {
      cells: [
        nameCell(nameOfLoad(load, words)),
        proseCell(read),
        numberCell(load.records, 'count'),
        ...parts.map((part) => numberCell(load[part], 'count')),
        missing === 0
          ? nameCell(say(words, 'workbook.loads.whole'))
          : markCell(say(words, 'pages.loads.unbalanced', { gap: missing })),
      ],
    }
  })
  return section(
    'loads',
    [
      ['file'],
      ['read'],
      ['records', true],
      ['mapped', true],
      ['rejected', true],
      ['duplicate', true],
      ['superseded', true],
      ['skipped', true],
      ['verdict'],
    ],
    rows,
    words,
  )
}

function rejectRows({ rejects }: Ledger, words: Words): Row[] {
  const rows = rejects.reasons.map(
    (each): Row => ({
      cells: [
        nameCell(rejectText(each, words)),
        nameCell(say(words, `workbook.rejects.scope.${each.scope === 'value' ? 'value' : 'record'}`)),
        numberCell(each.count, 'count'),
      ],
    }),
  )
  return section('rejects', [['reason'], ['scope'], ['count', true]], rows, words)
}

function findingRows({ findings }: Ledger, words: Words): Row[] {
  const rows = findings.map(
    (each): Row => ({
      cells: [
        proseCell(each.sentence ?? each.check),
        proseCell(each.effect ?? ''),
        numberCell(each.found, 'count'),
        numberCell(each.checked, 'count'),
        numberCell(each.checked ? each.found / each.checked : null, 'ratio'),
        nameCell(say(words, `pages.severity.${each.severity}`)),
        emptyCell,
        emptyCell,
        nameCell(each.check),
      ],
    }),
  )
  return section(
    'found',
    [['finding'], ['effect'], ['count', true], ['checked', true], ['share', true], ['weight'], [''], [''], ['check']],
    rows,
    words,
  )
}
