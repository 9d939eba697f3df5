import { say, type Words } from '../../config/words.ts'
import { RapportError } from '../../errors.ts'
import type { Verdict } from '../../metrics/frame.ts'
import { originOf } from '../../pages/origin.ts'
import { resolvePage } from '../../pages/resolve.ts'
import type { PageServices } from '../../pages/services.ts'
import type { Page, Tile } from '../../pages/spec.ts'
import type { KpiContent } from '../../pages/tiles/kpi.ts'
import type { PageView, TileView } from '../../pages/view.ts'
import type { KeyNumber } from './document.ts'

/** The main finding of a page, for one picture: a slide, a message. Every text is ready to print. */
export interface Snapshot {
  page: string
  /** What it is about: `Satisfaction by channel`. */
  about: string
  /** The claim. */
  title: string
  /** How sure that is; that nothing is. */
  sure: string
  picture: { svg: string; label: string; note: string } | null
  /** Where nothing is real: the numbers of the page. */
  numbers: Omit<KeyNumber, 'query'>[]
  /** What the measure is: `Satisfaction score: the mean of the scores given`. */
  definition: string
  source: string
  origin: string
  language: string
  as_of: string | null
}

/** Pixels of the picture that its chart has. */
const room = { width: 1088, height: 350 }
/** Columns of a page that a chart can be drawn for: the fewer, the larger its letters. */
const fewest = 7
const most = 12
/** Numbers that a row has room for. */
const numbersInRow = 4

/** The door: what of a page is real and largest, with its picture; else its numbers, and that nothing of it is. */
export async function findSnapshot(page: Page, source: string, services: PageServices): Promise<Snapshot> {
  const view = await resolvePage(page, '', { ...services, pictures: false }, 'as-written')
  const main = mainTile(view.tiles)
  const { version, words } = services
  return {
    page: page.page,
    ...(main ? await claimed(main, page, services) : await withoutVerdict(view, page, services)),
    source,
    origin: originOf({ ...version, version: version.id }, words),
    language: words.language,
    as_of: version.as_of,
  }
}

type Said = Pick<Snapshot, 'about' | 'title' | 'sure' | 'picture' | 'numbers' | 'definition'>

/** Groups that differ in a measure come before groups that differ in number: of those that is rarely news. */
function mainTile(tiles: readonly TileView[]): TileView | undefined {
  const rank = ({ verdict }: TileView): number => (verdict?.test === 'chi-square-even' ? 0 : 1)
  return tiles
    .filter(({ state, verdict, figure }) => state === 'ok' && figure && verdict?.real === true)
    .toSorted((a, b) => rank(b) - rank(a) || effectOf(b.verdict) - effectOf(a.verdict))[0]
}

/** How far groups lie apart, whatever was tested and of however many: between 0 and 1. */
function effectOf(verdict: Verdict | undefined): number {
  if (!verdict || verdict.statistic === null || verdict.n === 0) return 0
  const { statistic, test, n } = verdict
  return test === 'trend' ? Math.min(1, Math.abs(statistic) / Math.sqrt(n)) : Math.sqrt(Math.min(1, statistic / n))
}

async function claimed(main: TileView, page: Page, services: PageServices): Promise<Said> {
  const drawn = await redrawn(main, page, services)
  const { claim, test } = partsOf(drawn.verdict?.sentence ?? '')
  const n = say(services.words, 'report.snapshot.n', { n: drawn.verdict?.n ?? 0 })
  const card = drawn.frame?.metrics[drawn.verdict?.metric ?? '']
  return {
    about: drawn.title,
    title: claim,
    sure: [test, n, drawn.caution].filter(Boolean).join(' · '),
    picture: pictureOf(drawn),
    numbers: [],
    definition: card
      ? say(services.words, 'report.snapshot.definition', { metric: card.label, says: card.definition })
      : '',
  }
}

/** A picture of an insight tells only what is real, in sentences: its first is the claim. Else nothing of the page is. */
async function withoutVerdict(view: PageView, page: Page, services: PageServices): Promise<Said> {
  const told = view.tiles.find(
    ({ kind, state, figure, reading }) => kind !== 'chart' && state === 'ok' && figure && reading,
  )
  if (!told) return withoutClaim(view, services.words)
  const drawn = await redrawn(told, page, services)
  const [title = '', ...rest] = (told.reading ?? '').split(/(?<=[.!?;])\s(?=\S)/u)
  return {
    about: told.title,
    title: title.replace(/[.;]$/, ''),
    sure: rest.join(' ').replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase(services.words.locale)),
    picture: pictureOf(drawn),
    numbers: [],
    definition: '',
  }
}

function pictureOf({ figure, title, foot }: TileView): Snapshot['picture'] {
  return figure ? { svg: figure.svg, label: figure.label || title, note: foot ?? '' } : null
}

/** The same tile, drawn for the room that it has here: a high chart wider, so that it fits when it is made smaller. */
async function redrawn(main: TileView, page: Page, services: PageServices): Promise<TileView> {
  const spec = page.tiles.find(({ id }) => id === main.id)
  const draw = async (width: number): Promise<TileView | undefined> => {
    const tile = { ...spec, width } as Tile
    const view = await resolvePage({ ...page, tiles: [tile], headline: { says: 'page' } }, '', services, 'as-written')
    return view.tiles[0]
  }
  const first = (await draw(fewest)) ?? main
  const high = first.figure?.height ?? 0
  const wide = Math.floor(((high * room.width) / room.height + 44) / 90)
  return wide > fewest ? ((await draw(Math.min(most, wide))) ?? first) : first
}

/** A verdict's sentence without the test that stands in brackets at its end. */
function partsOf(sentence: string): { claim: string; test: string } {
  const [, claim = sentence, test = ''] = /^(.*?)\s*\(([^()]*\bp\s[<=>][^()]*)\)\s*\.?$/su.exec(sentence) ?? []
  return { claim: claim.replace(/\.$/, ''), test: test.charAt(0).toUpperCase() + test.slice(1) }
}

function withoutClaim(view: PageView, words: Words): Said {
  const numbers = view.tiles
    .filter(({ kind, state }) => kind === 'kpi' && state === 'ok')
    .slice(0, numbersInRow)
    .map(cardOf)
  if (numbers.length === 0 && view.headline === '') throw nothingToShow(view)
  const tested = view.tiles.filter(({ verdict }) => verdict?.real === false)
  const [only] = tested.length === 1 ? tested : []
  const nothing = say(words, 'report.snapshot.nothing', { count: tested.length })
  return {
    about: view.title,
    title: view.headline || view.title,
    sure: only?.verdict?.sentence ?? (tested.length === 0 ? '' : nothing),
    picture: null,
    numbers,
    definition: '',
  }
}

/** A number as its card has it: short. */
function cardOf({ title, content }: TileView): Snapshot['numbers'][number] {
  const { value, suffix, facts, target } = content as KpiContent
  return {
    label: title,
    value: value + suffix,
    facts,
    ...(target && { standing: { text: `${target.gap} ${target.text}`, tone: target.tone } }),
  }
}

function nothingToShow({ id, title }: PageView): RapportError {
  return new RapportError(
    {
      code: 'snapshot-empty',
      message: `The page "${title}" has nothing that one picture could show: no finding, no number and no sentence.`,
      where: id,
      fix: 'Name another page with --page, or write this one with "rapport report --page".',
    },
    5,
  )
}
