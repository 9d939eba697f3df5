// Writes every report of every demo in every language and holds each number that they print against a fresh answer of the data:
// test/surfaces/report/numbers.test.ts on demos of the size that `rapport demo` makes. Takes minutes.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    'test/surfaces/report/numbers.test.ts',
    ...process.argv.slice(2).flatMap((name) => ['-t', name]),
  ],
  { cwd: root, env: { ...process.env, REPORTS: 'all' }, stdio: 'inherit' },
)
child.on('close', (code) => process.exit(code ?? 1))
