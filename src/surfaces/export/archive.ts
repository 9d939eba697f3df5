import { createHash } from 'node:crypto'
import { zipSync } from 'fflate'
import { RapportError } from '../../errors.ts'

/** A file of an archive. */
export interface ArchiveFile {
  /** With slashes, below the archive's root: `report/report.pdf`. */
  path: string
  bytes: Uint8Array
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A ZIP that is always the same for the same files: sorted, and every entry dated with one day. */
export function archiveOf(files: ArchiveFile[], day: string | null): Uint8Array {
  const problems = files.flatMap(({ path }) => pathProblem(path))
  const paths = files.map(({ path }) => path)
  const twice = paths.filter((path, at) => paths.indexOf(path) !== at)
  for (const path of new Set(twice))
    problems.push({
      code: 'path-twice',
      message: `Two files of the archive are called ${path}.`,
      where: path,
      fix: 'Give one of them another name.',
    })
  if (problems.length > 0) throw new RapportError(problems, 2)
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  return zipSync(Object.fromEntries(sorted.map(({ path, bytes }) => [path, [bytes, { mtime: dateOf(day) }]])), {
    level: 6,
  })
}

/** A ZIP has the time of a wall, without a zone: noon of that day, whatever the machine's own zone. Before 1980 it cannot count. */
function dateOf(day: string | null): Date {
  const [year = 1980, month = 1, date = 1] = (day ?? '1980-01-01').slice(0, 10).split('-').map(Number)
  return year < 1980 || year > 2099 ? new Date(1980, 0, 1, 12) : new Date(year, month - 1, date, 12)
}

/** Names that unpack to somewhere else, or that a list of hashes cannot hold as they are. */
function pathProblem(path: string) {
  const parts = path.split('/')
  const plain = parts.every(
    (part) => part !== '' && part !== '.' && part !== '..' && /^[^\\:*?"<>|\p{Cc}]+$/u.test(part),
  )
  if (plain) return []
  return [
    {
      code: 'path-unsafe',
      message: `"${path}" is no name for a file of an archive.`,
      where: path,
      fix: 'Use a relative path with slashes, such as report/report.pdf, without .. and without signs that file systems reserve.',
    },
  ]
}
