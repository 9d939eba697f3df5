import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRounds } from '../test/cli/kill-rounds.ts'
import { markdownTable, median, ms, readSettings, report } from './measure.ts'

/** Kills a server under load again and again, and counts what is left: `npm run bench -- kills --rows 50 --pairs 7` (rounds, seed). */
await report(async () => {
  const { rows: count, pairs: seed } = readSettings({ rows: 50, pairs: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'rapport-kills-'))
  try {
    const told = (_: unknown, number: number): void => void process.stderr.write(`round ${number} of ${count}\n`)
    const kills = await killRounds({ folder, rounds: count, seed, told })
    const restarts = kills.rounds.map(({ restarted }) => restarted)
    console.log(
      markdownTable(
        [
          'kills',
          'met a build',
          'acknowledged',
          'lost',
          'twice',
          'foreign',
          'unbalanced',
          'live',
          'built',
          'start, ms',
          'worst, ms',
        ],
        [
          [
            kills.rounds.length,
            kills.rounds.filter(({ building }) => building).length,
            kills.acknowledged,
            kills.lost.length,
            kills.doubled.length,
            kills.foreign.length,
            kills.unbalanced.length,
            kills.live,
            kills.built,
            ms(median(restarts)),
            ms(Math.max(...restarts)),
          ].map(String),
        ],
      ),
    )
    const faults = kills.lost.length + kills.doubled.length + kills.foreign.length + kills.unbalanced.length
    if (faults > 0) throw new Error(`seed ${seed}: ${JSON.stringify({ ...kills, rounds: undefined })}`.slice(0, 2000))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
