import { execFileSync } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { packageRoot, productVersion } from '../config/product.ts'
import { cacheFolder, readCatalogue } from '../project.ts'
import { measureStore } from '../store/self-test.ts'
import { memoryLimit } from './build-process.ts'
import { coloured, printData, printJson } from './output.ts'

const deriveKey = promisify(pbkdf2)

interface Examination {
  what: string
  ok: boolean
  says: string
  fix?: string
}

export function addCommand(program: Command): void {
  program
    .command('doctor')
    .description('What is installed, readable and writable, and what to do where something is not.')
    .option('--json', 'print JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ rapport doctor')
    .action(doctor)
}

async function doctor(options: { json?: boolean }): Promise<void> {
  const results: Examination[] = []
  for (const examine of [node, threadPool, engine, limits, cache, space, catalogue]) {
    const { fix, ...result } = await examine()
    results.push(result.ok ? result : { ...result, fix })
  }
  if (options.json) printJson({ version: await productVersion(), results })
  else for (const result of results) print(result)
  if (results.some((result) => !result.ok)) process.exitCode = 1
}

function print({ what, ok, says, fix }: Examination): void {
  const mark = ok ? coloured('green', '✓', process.stdout) : coloured('red', '✗', process.stdout)
  printData(`${mark} ${what}: ${says}${ok || !fix ? '' : `\n  ${fix}`}`)
}

async function node(): Promise<Examination> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 20 || (major === 20 && minor >= 19)
  return { what: 'Node', ok, says: process.versions.node, fix: 'Install Node 20.19 or newer.' }
}

const SLOW_JOBS = 8

/** Measured, not read from a variable: a pool that started too early keeps its size whatever the variable says. */
async function threadPool(): Promise<Examination> {
  let finished = 0
  const slow = Array.from({ length: SLOW_JOBS }, () =>
    deriveKey('', '', 120_000, 32, 'sha256').then(() => {
      finished++
    }),
  )
  await readFile(join(packageRoot(), 'package.json'))
  const before = finished
  await Promise.all(slow)
  return {
    what: 'Thread pool',
    ok: before < SLOW_JOBS / 2,
    says: `a file was read while ${SLOW_JOBS - before} of ${SLOW_JOBS} slow jobs ran`,
    fix: 'Start Rapport by its command (bin/rapport.cjs), which sets UV_THREADPOOL_SIZE before anything else.',
  }
}

async function engine(): Promise<Examination> {
  const effects = await measureStore()
  const broken = effects.filter((effect) => !effect.holds)
  return {
    what: 'Engine',
    ok: broken.length === 0,
    says: broken.length === 0 ? `${effects.length} limits hold` : broken.map((effect) => effect.name).join('; '),
    fix: 'A guard of the engine does not hold: run `npm install` again and report the versions.',
  }
}

async function limits(): Promise<Examination> {
  try {
    execFileSync('sh', ['-c', 'ulimit -d 1048576'], { stdio: 'ignore' })
    return { what: 'Limits of a build', ok: true, says: `${memoryLimit()} GiB of memory, two hours` }
  } catch {
    return { what: 'Limits of a build', ok: true, says: 'only a deadline: this system has no `sh` with ulimit' }
  }
}

async function cache(): Promise<Examination> {
  const folder = cacheFolder(process.env)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    return { what: 'Cache', ok: true, says: folder }
  } catch (error) {
    return {
      what: 'Cache',
      ok: false,
      says: (error as Error).message,
      fix: 'Set XDG_CACHE_HOME to a folder that you may write to.',
    }
  }
}

async function space(): Promise<Examination> {
  const { bavail, bsize } = await statfs(dirname(cacheFolder(process.env)))
  const free = (bavail * bsize) / 2 ** 30
  return {
    what: 'Disk',
    ok: free > 1,
    says: `${free.toFixed(1)} GiB free`,
    fix: 'Free some space, or run `rapport cache clear`.',
  }
}

async function catalogue(): Promise<Examination> {
  const { packs, metrics, checks, pages } = await readCatalogue({ catalogues: [`${packageRoot()}/catalog`] })
  return {
    what: 'Catalogue',
    ok: true,
    says: `${packs.length} packs, ${metrics.metrics.size} metrics, ${metrics.dimensions.size} dimensions, ${checks.length} checks, ${pages.size} pages`,
  }
}
