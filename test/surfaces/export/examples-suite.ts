import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asking, differing, type HandedOut, valuesOf } from './handed-out.ts'

const examples = join(import.meta.dirname, '../../../examples')
const kpis = ['reply_rate', 'csat_mean', 'reply_to_resolution_time_median']

interface Notebook {
  cells: { cell_type: string; source: string[] }[]
}

const notebook = JSON.parse(readFileSync(join(examples, 'kpis.ipynb'), 'utf8')) as Notebook
const code = notebook.cells.filter((cell) => cell.cell_type === 'code').map(({ source }) => source.join(''))

/** A Python that has what the notebook needs; RAPPORT_PYTHON names another one. */
const python = process.env.RAPPORT_PYTHON ?? 'python3'
function whyNoPython(): string | null {
  try {
    execFileSync(python, ['-c', 'import duckdb, pandas'], { stdio: 'ignore' })
    return null
  } catch {
    return `${python} has no duckdb and pandas: the notebook itself was not run, only its SQL.`
  }
}

/** What `examples/` computes by hand is what `rapport query` says. */
export function examplesSuite(give: () => { given: HandedOut; model: string }): void {
  const placed = (text: string): string =>
    text
      .replaceAll("'model.duckdb'", `'${give().model}'`)
      .replaceAll("'parquet/", `'${join(give().given.folder, 'parquet')}/`)

  test('the SQL file gives the numbers of `rapport query`, from the database and from Parquet', async () => {
    const expected = await valuesOf(kpis, await give().given.context())
    const rows = await asking(null, async (ask) => {
      const [attach, question] = placed(readFileSync(join(examples, 'kpis.sql'), 'utf8')).split(/;\n/)
      await ask(attach!)
      return ask(question!)
    })
    expect(rows.map(({ metric }) => metric)).toEqual(kpis)
    for (const from of ['from_database', 'from_parquet', 'by_rapport'])
      expect([from, differing(expected, new Map(rows.map((row) => [String(row.metric), row[from]])))]).toEqual([
        from,
        [],
      ])
  })

  test('the SQL in the cells of the notebook gives the same', async () => {
    const questions = new Map(
      code.flatMap((cell) =>
        [...cell.matchAll(/(\w+)_sql = """([\s\S]*?)"""/g)].map(([, name, sql]) => [name!, sql!] as const),
      ),
    )
    expect([...questions.keys()]).toEqual(['reply_rate', 'csat_mean', 'rows'])
    const expected = await valuesOf(kpis, await give().given.context())
    const found = await asking(give().model, async (ask) => {
      const values = new Map<string, unknown>()
      for (const name of ['reply_rate', 'csat_mean'])
        values.set(name, (await ask(placed(questions.get(name)!)))[0]?.value)
      const median = `SELECT median(epoch(solved_at) - epoch(first_response_at)) AS value FROM (${questions.get('rows')})`
      values.set('reply_to_resolution_time_median', (await ask(median))[0]?.value)
      return values
    })
    expect(differing(expected, found)).toEqual([])
  })

  test('the notebook runs as it is and finds the same', async ({ skip }) => {
    const reason = whyNoPython()
    if (reason) {
      process.stderr.write(`${reason}\n`)
      skip(reason)
    }
    const { folder } = give().given
    const told = execFileSync(python, ['-c', `${code.join('\n')}\nprint(kpis.to_json(orient="records"))`], {
      cwd: folder,
      encoding: 'utf8',
    })
    const rows = JSON.parse(told.trimEnd().split('\n').at(-1)!) as { metric: string; by_hand: number; same: boolean }[]
    expect(rows.map(({ same }) => same)).toEqual([true, true, true])
    const expected = await valuesOf(kpis, await give().given.context())
    expect(differing(expected, new Map(rows.map(({ metric, by_hand }) => [metric, by_hand])))).toEqual([])
  })
}
