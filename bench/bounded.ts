import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertBuilt } from './fixture.ts'
import { answerOf, markdownTable, ms, program, readSettings, report } from './measure.ts'

/** Calls, chats, cases and e-mails of several systems, built in less memory than they fill: it spills, and it ends. */
interface Built {
  loads: { records: number }[]
  timings: { step: string; milliseconds: number }[]
  peakBytes: number
}

const gigabyte = 2 ** 30

await report(async () => {
  const { rows } = readSettings({ rows: 10_000_000, pairs: 1 })
  assertBuilt()
  const limit = Number(process.env.RAPPORT_MEMORY_GB) || 2
  const folder = await mkdtemp(join(tmpdir(), 'rapport-bounded-'))
  try {
    const source = join(folder, 'files')
    await answerOf([program, 'generate', 'touchpoints', '--rows', String(rows), '--out', source])
    const files = (await readdir(source)).filter((name) => name.endsWith('.csv')).map((name) => join(source, name))
    const ended = await answerOf([program, 'open', ...files, '--no-serve', '--json'], {
      XDG_CACHE_HOME: join(folder, 'cache'),
      RAPPORT_MEMORY_GB: String(limit),
    })
    const built = JSON.parse(ended.stdout) as Built
    const records = built.loads.reduce((sum, load) => sum + load.records, 0)
    const peak = built.peakBytes / gigabyte
    console.log(`## bounded\n\n${records} records, ${limit} GB allowed, ${peak.toFixed(2)} GB filled at most.\n`)
    console.log(
      markdownTable(
        ['step', 'ms'],
        built.timings.map(({ step, milliseconds }) => [step, ms(milliseconds)]),
      ),
    )
    if (peak > limit) throw new Error(`The build filled ${peak.toFixed(2)} GB of the ${limit} GB that it was given.`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
