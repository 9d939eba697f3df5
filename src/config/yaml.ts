import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { type Problem, RapportError } from '../errors.ts'
import { packageRoot } from './product.ts'

/** A YAML file as a value, with the line of every place in it. */
export interface Document {
  file: string
  value: unknown
  /** `file:line` of a path such as `['metrics', 0, 'unit']`; of the nearest parent where the path ends early. */
  where(path: readonly (string | number)[]): string
}

/** Text -> value. Every fault of the syntax at once, each with its line. `file` is the name shown to people. */
export function parseYaml(text: string, file: string): Document {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  if (document.errors.length > 0) {
    throw new RapportError(
      document.errors.map((error) => ({
        code: 'yaml-unreadable',
        message: `This is not YAML: ${error.message.split('\n')[0]}`,
        where: `${file}:${lines.linePos(error.pos[0]).line}`,
        fix: 'Mend the line; indent with spaces, quote text that holds ": " or starts with a special character.',
      })),
      3,
    )
  }
  const root = document.contents as Node | null
  return { file, value: document.toJS(), where: (path) => `${file}:${lineOf(root, path, lines)}` }
}

function lineOf(root: Node | null, path: readonly (string | number)[], lines: LineCounter): number {
  let at = root?.range?.[0] ?? 0
  let node: unknown = root
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (!pair) break
      at = (pair.key as Node).range?.[0] ?? at
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      at = (node as Node | undefined)?.range?.[0] ?? at
    } else break
  }
  return lines.linePos(at).line || 1
}

export async function readYaml(path: string, file = path): Promise<Document> {
  const text = await readFile(path, 'utf8')
  const prepared = path.startsWith(join(packageRoot(), 'catalog')) ? await readPrepared(text) : null
  return prepared
    ? { file, value: prepared.value, where: (at) => `${file}:${lineIn(prepared, at)}` }
    : parseYaml(text, file)
}

/** A text as `parseYaml` reads it, in a form that is read a hundred times faster. */
export interface Prepared {
  value: unknown
  /** Line of each place, by its path as JSON; `[]` is the document. */
  lines: Record<string, number>
}

/** For `npm run build`: the built-in catalogue is parsed once and not by every start. */
export function prepareYaml(text: string): Prepared {
  const { value, where } = parseYaml(text, '')
  const lines: Record<string, number> = {}
  const walk = (at: unknown, path: (string | number)[]): void => {
    lines[JSON.stringify(path)] = Number(where(path).slice(1))
    if (Array.isArray(at)) at.forEach((each, index) => void walk(each, [...path, index]))
    else if (at !== null && typeof at === 'object')
      for (const [key, each] of Object.entries(at)) walk(each, [...path, key])
  }
  walk(value, [])
  return { value, lines }
}

/** The name says which text it was made of, so that an edited file is read as it is. */
export function preparedName(text: string): string {
  return `${createHash('sha256').update(text).digest('hex').slice(0, 20)}.json`
}

async function readPrepared(text: string): Promise<Prepared | null> {
  const file = join(packageRoot(), 'dist', 'catalog', preparedName(text))
  return readFile(file, 'utf8').then(
    (json) => JSON.parse(json) as Prepared,
    () => null,
  )
}

function lineIn({ lines }: Prepared, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const line = lines[JSON.stringify(path.slice(0, length))]
    if (line !== undefined) return line
  }
  return 1
}

/** Throws when something was collected: the end of every reader that reports all problems at once. */
export function assertNone(problems: Problem[]): void {
  if (problems.length > 0) throw new RapportError(problems, 3)
}
