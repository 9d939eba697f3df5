import type { ChildProcess } from 'node:child_process'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import { json, outcomeOf, run, serve, start, write } from './command.ts'

/** What one round did, and what stood after it. */
export interface Round {
  /** Milliseconds under load before the kill. */
  lived: number
  /** The kill met a build too. */
  building: boolean
  /** Milliseconds until the server answered again. */
  restarted: number
  acknowledged: number
}

export interface Kills {
  rounds: Round[]
  /** Distinct arrivals that were acknowledged over all rounds. */
  acknowledged: number
  /** Of them, not in the last version. */
  lost: string[]
  /** Ids that stand more than once. */
  doubled: string[]
  /** Rows that nobody sent and no file holds. */
  foreign: string[]
  /** Loads whose records are not all accounted for. */
  unbalanced: string[]
  /** Cases on the pages of a server that was started once more, before any further build. */
  live: number
  /** Cases of the last version. */
  built: number
}

export interface KillSettings {
  folder: string
  rounds: number
  seed: number
  /** Cases in files beside those that arrive. */
  filed?: number
  told?(round: Round, number: number): void
}

const columns =
  'case_id,customer_id,channel,market,reason,team,agent_id,priority,status,subject,description,created_at,first_response_at,first_solved_at,solved_at,reopens,transfers'

/**
 * Sends arrivals to a server from several sides, some of them twice, while pages are read, builds run and files change; kills server and
 * build without warning at a random moment; begins again. In the end everything that was acknowledged must be there once.
 */
export async function killRounds(settings: KillSettings): Promise<Kills> {
  const { folder } = settings
  const draw = dice(settings.seed)
  const filed = settings.filed ?? 500
  await write(folder, {
    'rapport.yaml': 'sources:\n  - id: shop\n    files: exports\n    pack: experience\n    intake: {}\n',
    'exports/interactions.csv': fileOf(filed),
  })
  await json(['build', '--project', '.'], { folder })
  const acknowledged = new Set<string>()
  const sent = new Set<string>()
  const rounds: Round[] = []
  let next = 0
  for (let number = 1; number <= settings.rounds; number++) {
    const begun = performance.now()
    const server = await serve(['serve', '--project', '.'], { folder })
    await fetch(new URL('/api/health', server.url))
    const restarted = performance.now() - begun
    const before = acknowledged.size
    const over = new AbortController()
    const sender = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const count = 1 + Math.floor(draw() * 20)
        const ids = Array.from({ length: count }, () =>
          draw() < 0.1 && next > 0 ? idOf(Math.floor(draw() * next)) : idOf(next++),
        )
        for (const id of ids) sent.add(id)
        const kept = await post(server.url, ids, over.signal).catch(() => false)
        if (kept) for (const id of ids) acknowledged.add(id)
        else if (!over.signal.aborted) await pause(20)
      }
    }
    const reader = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await fetch(new URL('/overview', server.url), { signal: over.signal })
          .then((answer) => answer.text())
          .catch(() => '')
        await pause(150)
      }
    }
    const work = [sender(), sender(), sender(), reader()]
    const lived = 150 + draw() * 1500
    const building = draw() < 0.6
    let build: ChildProcess | null = null
    let ended: Promise<unknown> = Promise.resolve()
    if (building) {
      await pause(draw() * lived)
      // A file that grew makes the build do something.
      await write(folder, { 'exports/.next': fileOf(filed + number) })
      await rename(join(folder, 'exports/.next'), join(folder, 'exports/interactions.csv'))
      build = start(['build', '--project', '.'], { folder })
      ended = outcomeOf(build)
      await pause(draw() * 900)
    } else await pause(lived)
    kill(server.child)
    if (build) kill(build)
    over.abort()
    await Promise.all([...work, ended, server.stop('SIGKILL')])
    const round = { lived, building, restarted, acknowledged: acknowledged.size - before }
    rounds.push(round)
    settings.told?.(round, number)
  }
  const live = await liveCount(folder, acknowledged.size + filed)
  const outcome = await run(['build', '--project', '.', '--json'], { folder })
  if (outcome.code !== 0 && outcome.code !== 3)
    throw new Error(`The last build ended with ${outcome.code}: ${outcome.stdout}${outcome.stderr}`)
  return { rounds, acknowledged: acknowledged.size, live, ...(await compare(folder, { acknowledged, sent })) }
}

/** Cases on the pages of a server that was started once more, when it has caught up with its journal. */
async function liveCount(folder: string, least: number): Promise<number> {
  const server = await serve(['serve', '--project', '.'], { folder })
  let count = 0
  for (let tries = 0; count < least && tries < 200; tries++) {
    await pause(100)
    const answer = await server.get<{ rows: { cases: { value: number } }[] }>('/api/query?metrics=cases')
    count = answer.rows[0]?.cases.value ?? 0
  }
  await server.stop()
  return count
}

async function compare(folder: string, { acknowledged, sent }: Record<'acknowledged' | 'sent', Set<string>>) {
  const data = join(folder, '.rapport')
  const { current } = JSON.parse(await readFile(join(data, 'current.json'), 'utf8')) as { current: string }
  const store = await openDuckdb({
    file: join(data, 'versions', `${current}.duckdb`),
    alias: `v${current}`,
    mode: 'read',
    temporary: join(folder, 'tmp'),
  })
  try {
    const rows = await store.rows(raw('SELECT source_key AS id, count(*) AS n FROM cx.cases GROUP BY 1'))
    const counts = new Map(rows.map((row) => [String(row.id), Number(row.n)]))
    const loads = await store.rows(
      raw('SELECT path, records, mapped + rejected + duplicate + superseded + skipped AS accounted FROM cx.loads'),
    )
    return {
      built: [...counts.values()].reduce((sum, n) => sum + n, 0),
      lost: [...acknowledged].filter((id) => !counts.has(id)),
      doubled: [...counts].flatMap(([id, n]) => (n > 1 ? [id] : [])),
      foreign: [...counts.keys()].filter((id) => !sent.has(id) && !id.startsWith('F')),
      unbalanced: loads.filter((row) => row.records !== row.accounted).map((row) => String(row.path)),
    }
  } finally {
    await store.close()
  }
}

async function post(url: string, ids: string[], signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(new URL('/intake/shop', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: ids.map((id) => JSON.stringify(recordOf(id))).join('\n'),
    signal,
  })
  await answer.text()
  return answer.ok
}

function kill(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

const idOf = (number: number): string => `A${String(number).padStart(7, '0')}`

/** A contact as the pack of experience reads it, without its id, customer and moment. */
export const contact = {
  channel: 'chat',
  market: 'DE',
  reason: 'Invoice',
  team: 'Billing',
  agent_id: 'A001',
  priority: 'high',
  status: 'open',
  subject: 'Invoice too high',
  description: 'The address on the invoice is an old one.',
  first_response_at: '',
  first_solved_at: '',
  solved_at: '',
  reopens: '0',
  transfers: '0',
}

/** The same id always says the same: it may be sent again. */
function recordOf(id: string): Record<string, string> {
  const minute = String(Number(id.slice(1)) % 60).padStart(2, '0')
  return { ...contact, case_id: id, customer_id: `C${id.slice(-3)}`, created_at: `2024-06-01 10:${minute}:00` }
}

function fileOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, at) => {
    const record = recordOf(`F${String(at).padStart(7, '0')}`)
    return columns
      .split(',')
      .map((name) => record[name])
      .join(',')
  })
  return `${columns}\n${lines.join('\n')}\n`
}

/** Random numbers that a seed repeats. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
