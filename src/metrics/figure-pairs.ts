import type { Words } from '../config/words.ts'
import { type FigureFinding, isDuration, keyOf, nameOf, type Say, written } from './figure-finding.ts'
import type { Figure } from './figures.ts'

/** Faults that only two or three figures together show. */
export function findContradictions(figures: Figure[], found: Say, words: Words): FigureFinding[] {
  return [...surfacesApart(figures, found), ...averagedPairs(figures, found, words), ...orderFaults(figures, found)]
}

/** Factors by which a chart and its table are usually apart. */
const factors = [2, 3, 4, 5, 10, 24, 60, 100, 1000, 1440, 3600]

/** One figure, one value on every surface: a chart and its table that print it differently. */
function surfacesApart(figures: Figure[], found: Say): FigureFinding[] {
  const first = new Map<string, Figure>()
  return figures.flatMap((figure) => {
    const key = JSON.stringify([keyOf(figure.metric), figure.by, figure.group, figure.kind])
    const other = first.get(key)
    if (!other) {
      first.set(key, figure)
      return []
    }
    if (Math.abs(other.value - figure.value) <= other.slack + figure.slack) return []
    const [low, high] = [other.value, figure.value].toSorted((a, b) => a - b) as [number, number]
    const factor = low > 0 ? factors.find((each) => Math.abs(high / low / each - 1) <= 0.005) : undefined
    const values = {
      name: nameOf(figure),
      one: other.printed,
      two: figure.printed,
      first: other.surface || other.where,
      second: figure.surface || figure.where,
      factor: factor ?? 0,
    }
    const evidence = { first: other.value, second: figure.value, ...(low > 0 && { ratio: high / low }) }
    return [found('surfaces-apart', figure, values, evidence)]
  })
}

const joins = new Set(['and', 'et', '&', '+', '/'])
const filler = new Set([
  'average',
  'avg',
  'mean',
  'moyenne',
  'moyen',
  'of',
  'the',
  'de',
  'du',
  'la',
  'le',
  'time',
  'temps',
])

function partsOf(metric: string): string[] {
  return keyOf(metric)
    .split(/ |(?=[&+/])|(?<=[&+/])/)
    .filter((word) => word !== '' && !filler.has(word))
}

/** Two KPIs averaged into one: the name joins two others, and every group holds the middle of theirs. */
function averagedPairs(figures: Figure[], found: Say, words: Words): FigureFinding[] {
  const metrics = [...new Set(figures.map(({ metric }) => metric))]
  return metrics.flatMap((metric) => {
    const parts = partsOf(metric)
    if (!parts.some((part) => joins.has(part))) return []
    const named = new Set(parts.filter((part) => !joins.has(part)))
    const within = metrics.filter((other) => {
      const own = other === metric ? [] : partsOf(other)
      return own.length > 0 && own.every((part) => named.has(part))
    })
    const pair = pairOf(within, named)
    if (!pair) return []
    const rows = figures.filter((figure) => figure.metric === metric)
    const checked = rows.flatMap((figure) => {
      const [one, two] = pair.map((id) =>
        figures.find((each) => each.metric === id && each.by === figure.by && each.group === figure.group),
      )
      return one && two && one.kind === figure.kind ? [{ figure, one, two, middle: (one.value + two.value) / 2 }] : []
    })
    const hits = checked.filter(
      ({ figure, one, two, middle }) =>
        Math.abs(figure.value - middle) <= figure.slack + (one.slack + two.slack) / 2 &&
        Math.abs(one.value - two.value) > one.slack + two.slack,
    )
    if (hits.length === 0 || hits.length < checked.length) return []
    return hits.map(({ figure, one, two, middle }) =>
      found(
        'two-averaged',
        figure,
        {
          name: nameOf(figure),
          value: figure.printed,
          one: `${one.metric} (${one.printed})`,
          two: `${two.metric} (${two.printed})`,
          middle: written(middle, figure, words),
        },
        { value: figure.value, parts: [one.value, two.value], middle },
      ),
    )
  })
}

/** The two metrics whose words together make up the joined name. */
function pairOf(within: string[], named: Set<string>): [string, string] | null {
  for (const [index, one] of within.entries())
    for (const two of within.slice(index + 1)) {
      const both = new Set([...partsOf(one), ...partsOf(two)])
      if ([...named].every((word) => both.has(word))) return [one, two]
    }
  return null
}

/** Clocks that run inside another one, by the words that name them. */
const whole = /full.*resolution|resolution.*full|^résolution complète|résolution.*complète/
const inside = [
  /(requester|customer|client).*wait|attente.*(client|demandeur)/,
  /agent.*wait/,
  /on hold/,
  /first (reply|response)/,
  /first resolution/,
]

/**
 * A wait above the full resolution. Where both count the same rows that cannot be; else open or reopened cases may stand in one of the
 * two only, and it is worth a question.
 */
function orderFaults(figures: Figure[], found: Say): FigureFinding[] {
  const single = figures.filter((each) => isDuration(each) && !partsOf(each.metric).some((part) => joins.has(part)))
  const wholes = single.filter(({ metric }) => whole.test(keyOf(metric)))
  const parts = single.filter(({ metric }) => inside.some((name) => name.test(keyOf(metric))))
  return parts.flatMap((part) =>
    wholes
      .filter(
        (each) => each.by === part.by && each.group === part.group && part.value > each.value + part.slack + each.slack,
      )
      .slice(0, 1)
      .map((each) => {
        const same = part.n !== undefined && part.n === each.n
        const values = { name: nameOf(part), value: part.printed, other: each.metric, whole: each.printed }
        const evidence = { part: part.value, whole: each.value }
        return found(
          same ? 'part-outlasts-whole' : 'part-may-outlast-whole',
          part,
          values,
          evidence,
          same ? 'error' : 'warning',
        )
      }),
  )
}
