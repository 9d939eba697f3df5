import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { alertsFileSchema } from '../src/config/alerts.ts'
import { settingsSchema } from '../src/config/settings.ts'
import { checksFileSchema } from '../src/flow/check/check.ts'
import { packSchema } from '../src/flow/map/pack.ts'
import { playbookFileSchema } from '../src/insights/playbook-rule.ts'
import { targetProcessSchema } from '../src/insights/target-process.ts'
import { metricsFileSchema } from '../src/metrics/metric-file.ts'
import { reportSchema } from '../src/pages/report-spec.ts'
import { pageSchema } from '../src/pages/spec.ts'

/** Editor schemas: made from the schemas that read the files, so they cannot say anything else. `npm run schemas` writes them. */
const schemas: Record<string, z.ZodType> = {
  rapport: settingsSchema,
  pack: packSchema,
  metrics: metricsFileSchema,
  checks: checksFileSchema,
  page: pageSchema,
  report: reportSchema,
  process: targetProcessSchema,
  playbook: playbookFileSchema,
  alerts: alertsFileSchema,
}
const folder = join(import.meta.dirname, '../docs/schema')

describe('the editor schema of each kind of file is what the reader checks', () => {
  test.each(Object.keys(schemas))('%s', (name) => {
    const made = `${JSON.stringify(z.toJSONSchema(schemas[name]!, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`
    const file = join(folder, `${name}.json`)
    if (process.env.UPDATE) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, made)
    }
    expect(readFileSync(file, 'utf8')).toBe(made)
  })
})
