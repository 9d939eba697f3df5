// Bundles one benchmark with esbuild and runs it: `npm run bench -- page --rows 100000`. The sources are TypeScript, and Node 20
// does not read that by itself.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const bench = dirname(fileURLToPath(import.meta.url))
const root = dirname(bench)
const given = process.argv.slice(2)
const named = given[0] !== undefined && !given[0].startsWith('-')
const name = named ? given[0] : 'open'
const entry = join(bench, `${name}.ts`)
const names = ['open', 'page', 'cold', 'bounded', 'wealth', 'insights', 'kills', 'intake', 'report']

if (!names.includes(name) || !existsSync(entry)) {
  console.error(`There is no benchmark "${name}".\n  Use one of: ${names.join(', ')}.`)
  process.exit(2)
}

const outdir = join(root, 'dist/bench')
await build({
  absWorkingDir: root,
  entryPoints: readdirSync(bench)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(bench, file)),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'error',
})
const child = spawn(process.execPath, [join(outdir, `${name}.mjs`), ...given.slice(named ? 1 : 0)], {
  stdio: 'inherit',
})
child.on('close', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
