import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { RapportError } from '../../errors.ts'

/**
 * The files that a setting names, in order: a file, a folder (its files), or a pattern with `*` and `?` in the last part.
 * Hidden files are left out. A name that matches nothing is a problem, not an empty result.
 */
export async function expandFiles(names: string[], directory: string | null, where: string): Promise<string[]> {
  const found: string[] = []
  for (const name of names) found.push(...(await expand(resolve(directory ?? '.', name), name, where)))
  return [...new Set(found)]
}

async function expand(path: string, name: string, where: string): Promise<string[]> {
  const pattern = /[*?]/.test(basename(path)) ? patternOf(basename(path)) : null
  if (pattern) return filesIn(dirname(path), pattern, name, where)
  const kind = await stat(path).catch(() => null)
  if (!kind) throw missing(name, where)
  return kind.isDirectory() ? filesIn(path, /^[^.]/, name, where) : [path]
}

async function filesIn(folder: string, pattern: RegExp, name: string, where: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile() && pattern.test(entry.name) && !entry.name.startsWith('.'))
  if (files.length === 0) throw missing(name, where)
  return files.map((entry) => join(folder, entry.name)).sort()
}

/** Only `*` and `?` mean something; everything else stands for itself. */
function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
}

function missing(name: string, where: string): RapportError {
  return new RapportError(
    {
      code: 'file-missing',
      message: `"${name}" names no file.`,
      where,
      fix: 'Check the path; it is read from the folder of rapport.yaml.',
    },
    5,
  )
}
