import { readFile } from 'node:fs/promises'
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { type Problem, RapportError } from '../errors.ts'

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
  return parseYaml(await readFile(path, 'utf8'), file)
}

/** Throws when something was collected: the end of every reader that reports all problems at once. */
export function assertNone(problems: Problem[]): void {
  if (problems.length > 0) throw new RapportError(problems, 3)
}
