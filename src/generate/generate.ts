import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Problem, RapportError } from '../errors.ts'
import { literal, raw } from '../sql/sql.ts'
import { openDuckdb } from '../store/duckdb.ts'
import type { Store } from '../store/store.ts'
import { customerFirst } from './customer-first.ts'
import { experience } from './experience.ts'
import type { Dirt, Generation, Generator, RawFile } from './generator.ts'
import { successTeam } from './success-team.ts'
import { touchpoints } from './touchpoints.ts'
import { wealth } from './wealth.ts'

/** Every demo, by name. */
export const generators: readonly Generator[] = [customerFirst, successTeam, touchpoints, wealth, experience]

export interface GenerateOptions {
  /** Folder to write into; made when missing. */
  out: string
  /** Records; by default what makes a lively demo, or the published number. */
  rows?: number
  seed?: number
  /** The published data set's shape instead of planted effects and dirt. */
  likePublished?: boolean
  dirt?: Dirt
  weeks?: number
  /** First day; moved to the next Monday. */
  start?: string
  columns?: Generation['columns']
  /** Replace files of the same name. */
  overwrite?: boolean
  threads?: number
  memory?: string
}

export interface GeneratedFile {
  path: string
  /** Records written, the header not counted. */
  rows: number
  bytes: number
  /** Records of each kind of dirt. */
  dirt: Record<string, number>
}

export interface GeneratedFiles {
  name: string
  generation: Generation
  files: GeneratedFile[]
}

/** Writes the raw files of one demo, in its source's own format. The same name, options and seed give the same bytes. */
export async function generate(name: string, options: GenerateOptions): Promise<GeneratedFiles> {
  const generator = generatorNamed(name)
  const generation = generationOf(generator, options)
  const out = resolve(options.out)
  const files = generator.files(generation)
  await mkdir(out, { recursive: true })
  if (!options.overwrite) await refuseExisting(files.map((file) => join(out, file.name)))
  const temporary = await mkdtemp(join(out, '.generate-'))
  try {
    const written: GeneratedFile[] = []
    for (const file of files) written.push(await writeFile(file, { out, temporary, options }))
    return { name, generation, files: written }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

function generatorNamed(name: string): Generator {
  const found = generators.find((generator) => generator.name === name)
  if (found) return found
  const names = generators.map((generator) => generator.name).join(', ')
  throw new RapportError(
    {
      code: 'generator-unknown',
      message: `There is no generator called "${name}".`,
      where: 'generate NAME',
      fix: `Use one of: ${names}.`,
    },
    2,
  )
}

/** Defaults filled in, everything that cannot be at once reported. */
function generationOf(generator: Generator, options: GenerateOptions): Generation {
  const likePublished = options.likePublished ?? false
  const problems = [...shapeProblems(generator, options), ...numberProblems(options)]
  if (problems.length > 0) throw new RapportError(problems, 2)
  return {
    rows: options.rows ?? (likePublished ? generator.publishedRows : undefined) ?? generator.rows,
    seed: options.seed ?? 1,
    likePublished,
    dirt: options.dirt ?? (likePublished ? 'none' : 'some'),
    weeks: options.weeks ?? generator.period?.weeks ?? 26,
    start: options.start ?? generator.period?.start ?? '2024-01-01',
    columns: options.columns ?? 'published',
  }
}

function shapeProblems(generator: Generator, options: GenerateOptions): Problem[] {
  if (!options.likePublished) return []
  if (generator.publishedRows === undefined)
    return [
      {
        code: 'published-unknown',
        message: `No published data set is known for "${generator.name}".`,
        where: '--like-published',
        fix: 'Leave out --like-published.',
      },
    ]
  return (['dirt', 'weeks', 'start', 'columns'] as const)
    .filter((option) => options[option] !== undefined)
    .map((option) => ({
      code: 'options-conflict',
      message: `--${option} does not go with --like-published: the published shape decides it.`,
      where: `--${option}`,
      fix: `Leave out --${option} or --like-published.`,
    }))
}

function numberProblems({ rows = 1, seed = 0, weeks = 1, start = '2024-01-01' }: GenerateOptions): Problem[] {
  const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high
  const problem = (option: string, value: string | number, fix: string): Problem => ({
    code: 'option-unusable',
    message: `--${option} ${value} cannot be used.`,
    where: `--${option}`,
    fix,
  })
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(start) && new Date(`${start}T00:00:00Z`).toJSON()?.startsWith(start)
  return [
    ...(whole(rows, 1, 1e9) ? [] : [problem('rows', rows, 'Give a whole number from 1 to 1,000,000,000.')]),
    ...(whole(seed, 0, 2 ** 32) ? [] : [problem('seed', seed, 'Give a whole number from 0 to 4,294,967,296.')]),
    ...(whole(weeks, 1, 520) ? [] : [problem('weeks', weeks, 'Give a whole number from 1 to 520.')]),
    ...(isDay ? [] : [problem('start', start, 'Give a day as YYYY-MM-DD.')]),
  ]
}

async function refuseExisting(paths: string[]): Promise<void> {
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  const problems = paths
    .filter((_, index) => there[index])
    .map((path) => ({
      code: 'file-exists',
      message: `${path} is already there and is not overwritten.`,
      where: path,
      fix: 'Choose another folder with --out, or move the file away.',
    }))
  if (problems.length > 0) throw new RapportError(problems)
}

interface Work {
  out: string
  temporary: string
  options: GenerateOptions
}

/** Streams to a file beside, which takes its name only when it is whole. */
async function writeFile(file: RawFile, { out, temporary, options }: Work): Promise<GeneratedFile> {
  const partial = join(temporary, file.name)
  const path = join(out, file.name)
  const store = await openDuckdb({
    file: join(temporary, `${file.name}.duckdb`),
    alias: 'generated',
    mode: 'write',
    temporary: join(temporary, 'spill'),
    external: true,
    threads: options.threads,
    memory: options.memory,
  })
  let rows: number
  try {
    rows = await copy(store, file, partial)
  } finally {
    await store.close()
  }
  await rename(partial, path)
  return { path, rows, bytes: (await stat(path)).size, dirt: file.dirt }
}

/** Answers how many records it wrote. */
async function copy(store: Store, file: RawFile, path: string): Promise<number> {
  for (const statement of file.prepare) await store.run(statement)
  // Finished lines must pass as they are: no quote, and a separator that no text holds.
  const form = file.lines ? "FORMAT csv, HEADER, QUOTE '', DELIMITER '\x1f'" : 'FORMAT csv, HEADER'
  const [written] = await store.rows(raw(`COPY (${file.select.strings[0]}) TO ${literal(path)} (${form})`))
  return Number(written?.Count ?? 0)
}
