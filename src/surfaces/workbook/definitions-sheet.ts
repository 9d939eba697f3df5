import { say, type Words } from '../../config/words.ts'
import type { MetricCard } from '../../metrics/frame.ts'
import { fieldLabel } from '../../metrics/needs.ts'
import { originOf } from '../../pages/origin.ts'
import type { Cell, Sheet } from './book.ts'
import { emptyCell, linkCell, nameCell, numberCell, proseCell, softCell, titleCell } from './cells.ts'
import type { Plan } from './plan.ts'
import { filterable } from './table-sheet.ts'

const columns: { id: string; width: number; numeric?: true }[] = [
  { id: 'metric', width: 30 },
  { id: 'definition', width: 56 },
  { id: 'numerator', width: 30 },
  { id: 'denominator', width: 30 },
  { id: 'population', width: 30 },
  { id: 'time_basis', width: 24 },
  { id: 'clock', width: 15 },
  { id: 'additivity', width: 16 },
  { id: 'interval', width: 34 },
  { id: 'better', width: 17 },
  { id: 'target', width: 11, numeric: true },
  { id: 'says', width: 24 },
  { id: 'id', width: 28 },
  { id: 'sql', width: 60 },
  { id: 'defined', width: 34 },
]

/** What every number of the workbook means: a number carries its definition, also out of here. */
export function definitionsSheet(
  plan: Plan,
  version: { as_of: string | null; zone: string; version: string },
  words: Words,
): Sheet {
  const top = [
    { cells: [titleCell(plan.definitions)], height: 27 },
    { cells: [softCell(originOf(version, words))] },
    { cells: [linkCell(`← ${plan.contents}`, plan.contents, 'A1', false)] },
  ]
  const table = {
    columns: columns.map(({ id, width, numeric = false }) => ({
      id,
      label: say(words, `workbook.definition.${id}`),
      numeric,
      prose: false,
      width,
    })),
    rows: plan.cards.map((card) => cardRow(card, words)),
  }
  return filterable(plan.definitions, top, table)
}

function cardRow(card: MetricCard, words: Words): Cell[] {
  const { target } = card
  const text = (value: string | null | undefined) => (value ? proseCell(value) : emptyCell)
  const bold: Cell = { value: card.label, look: { font: 'strong', rule: 'row', wrap: true } }
  return [
    bold,
    text(card.definition),
    text(card.numerator),
    text(card.denominator),
    text(card.population),
    text(card.time_basis ? fieldLabel(card.time_basis, words) : say(words, 'pages.no-time')),
    text(card.clock && say(words, `pages.clock.${card.clock}`)),
    text(say(words, `web.additivity.${card.additivity}`)),
    text(card.interval),
    text(say(words, `pages.better.${card.better}`)),
    numberCell(target?.value, card.unit),
    text(target?.source),
    nameCell(card.id),
    // Its beginning: the bar of formulas shows all of it, and a row as high as its SQL would hide the other rows.
    card.sql ? nameCell(card.sql) : emptyCell,
    nameCell(card.defined_at),
  ]
}
