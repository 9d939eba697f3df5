// Builds what the package runs: dist/cli.js (the program) and dist/web (what a browser loads).
// Safe to repeat and to run beside a running server: names carry a hash, and what an older build left behind is only
// swept up once nobody can still be loading it.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** Bytes of gzip that the browser may load before a page is usable. */
const initialBudget = 110 * 1024

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  metafile: true,
  splitting: true,
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
}

/** What runs in Node; some of what is bundled still calls `require`. */
const node = {
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  banner: { js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);" },
}

/** Writes only what changed, so that a file watcher and a running server see no needless change. */
function writeOutputs(result) {
  for (const file of result.outputFiles) {
    if (existsSync(file.path) && readFileSync(file.path).equals(file.contents)) continue
    mkdirSync(dirname(file.path), { recursive: true })
    writeFileSync(file.path, file.contents)
  }
  return result.outputFiles.map((file) => file.path)
}

/** Removes what neither this build nor the one before it wrote: a running program may still load its own chunks. */
function sweep(paths) {
  const record = join(dist, 'build.json')
  const names = paths.map((path) => relative(dist, path)).sort()
  const last = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : { current: [], previous: [] }
  const same = JSON.stringify(last.current) === JSON.stringify(names)
  const next = { current: names, previous: same ? last.previous : last.current }
  const keep = new Set([...next.current, ...next.previous, 'build.json'])
  for (const folder of ['.', 'web'])
    for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
      const name = relative(dist, join(dist, folder, entry.name))
      if (entry.isFile() && !keep.has(name)) rmSync(join(dist, name), { force: true })
    }
  writeFileSync(record, `${JSON.stringify(next)}\n`)
}

/** Faults are said in our own words: zod's in fifty languages are a third of what every start would have to read. */
const englishZod = {
  name: 'english-zod',
  setup({ onResolve }) {
    onResolve({ filter: /locales\/index\.js$/ }, ({ importer, path, resolveDir }) =>
      importer.includes(join('node_modules', 'zod')) ? { path: join(resolveDir, dirname(path), 'en.js') } : undefined,
    )
  },
}

async function buildProgram() {
  const entry = join(root, 'src/cli/main.ts')
  if (!existsSync(entry)) {
    console.warn('src/cli/main.ts is not there yet: the program is not built.')
    return []
  }
  const result = await build({
    ...common,
    entryPoints: { cli: entry },
    outdir: dist,
    ...node,
    // Chunks stay beside cli.js: every source file finds the package root one folder up from itself, as in src/.
    chunkNames: '[name]-[hash]',
    // The engine's JavaScript is bundled (as a module of its own it costs 130 ms to read); its native part cannot be.
    external: [
      '@duckdb/node-bindings',
      '@duckdb/node-bindings-*',
      '@myriaddreamin/typst-ts-node-compiler',
      '@myriaddreamin/typst-ts-node-compiler-*',
    ],
    plugins: [englishZod],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    define: { 'process.env.RAPPORT_VERSION': JSON.stringify(packageJson.version) },
  })
  return writeOutputs(result)
}

/** The built-in catalogue as `readYaml` reads it fastest, each file under the hash of its text. */
async function prepareCatalogue() {
  const reader = join(dist, 'yaml.mjs')
  await build({
    ...common,
    ...node,
    splitting: false,
    write: true,
    entryPoints: [join(root, 'src/config/yaml.ts')],
    outfile: reader,
  })
  const { prepareYaml, preparedName } = await import(pathToFileURL(reader).href)
  rmSync(reader)
  const folder = join(dist, 'catalog')
  const wanted = new Set()
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(join(root, 'catalog'), { recursive: true })) {
    if (!entry.endsWith('.yaml')) continue
    const text = readFileSync(join(root, 'catalog', entry), 'utf8')
    const name = preparedName(text)
    wanted.add(name)
    if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), JSON.stringify(prepareYaml(text)))
  }
  for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name))
}

const browser = {
  platform: 'browser',
  target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
  minify: true,
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.RAPPORT_VERSION': JSON.stringify(packageJson.version),
  },
}

async function buildWeb() {
  const web = join(root, 'src/surfaces/web')
  const result = await build({
    ...common,
    ...browser,
    entryPoints: { main: join(web, 'main.tsx'), style: join(web, 'style.css') },
    outdir: join(dist, 'web'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    jsx: 'automatic',
    loader: { '.woff2': 'file' },
  })
  const paths = writeOutputs(result)
  const manifest = describe(result)
  const path = join(dist, 'web/manifest.json')
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
  return { paths: [...paths, path], manifest }
}

/** What a file carries that no server stands behind: one classic script (a module does not load from the disk), one style sheet. */
async function buildAlone() {
  const live = join(root, 'src/pages/live')
  const result = await build({
    ...common,
    ...browser,
    entryPoints: {
      script: join(live, 'alone-plain.ts'),
      'script-maps': join(live, 'alone-maps.ts'),
      report: join(root, 'src/surfaces/report/html/report.css'),
      site: join(root, 'src/surfaces/export/site.css'),
    },
    outdir: join(dist, 'alone'),
    format: 'iife',
    splitting: false,
    loader: { '.woff2': 'dataurl' },
  })
  writeOutputs(result)
}

/** What reports on paper are made with: templates and colours, type, and the drawer of pixels. */
function copyPaper() {
  const inter = join(root, 'node_modules/@expo-google-fonts/inter')
  const faces = ['400Regular', '400Regular_Italic', '500Medium', '600SemiBold', '700Bold']
  const templates = join(root, 'src/surfaces/report/typst/paper')
  const copies = [
    ...readdirSync(templates).map((name) => [join(templates, name), `paper/${name}`]),
    [join(root, 'src/pages/render/tokens.css'), 'paper/tokens.css'],
    [join(root, 'node_modules/@resvg/resvg-wasm/index_bg.wasm'), 'paper/resvg.wasm'],
    ...faces.map((face) => [join(inter, face, `Inter_${face}.ttf`), `fonts/Inter_${face}.ttf`]),
    [join(inter, 'LICENSE_FONT'), 'fonts/LICENSE'],
  ]
  for (const [from, to] of copies) {
    const path = join(dist, to)
    const contents = readFileSync(from)
    mkdirSync(dirname(path), { recursive: true })
    if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents)
  }
}

/** The manifest: the two entries, what they load at once, and every file with its size. */
function describe(result) {
  const outputs = result.metafile.outputs
  const files = {}
  for (const file of result.outputFiles) {
    const name = basename(file.path)
    files[name] = { bytes: file.contents.length, gzip: gzipSync(file.contents).length }
  }
  const keyOf = (suffix) => Object.keys(outputs).find((key) => outputs[key].entryPoint?.endsWith(suffix))
  const script = keyOf('main.tsx')
  const initial = reachable(outputs, script).map((key) => basename(key))
  return {
    script: basename(script),
    style: basename(keyOf('style.css')),
    initial,
    fonts: Object.keys(files).filter((name) => name.endsWith('.woff2')),
    initialGzip: initial.reduce((sum, name) => sum + files[name].gzip, 0),
    files,
  }
}

function reachable(outputs, start) {
  const seen = new Set([start])
  for (const key of seen)
    for (const imported of outputs[key].imports)
      if (imported.kind === 'import-statement' && !imported.external) seen.add(imported.path)
  return [...seen]
}

/** So that `npx rapport` works in a checkout, as it does in an installed package. */
function linkProgram() {
  const bin = join(root, 'bin/rapport.cjs')
  const folder = join(root, 'node_modules/.bin')
  if (!existsSync(join(root, 'node_modules')) || process.platform === 'win32') return
  chmodSync(bin, 0o755)
  mkdirSync(folder, { recursive: true })
  const link = join(folder, 'rapport')
  rmSync(link, { force: true })
  symlinkSync(relative(folder, bin), link)
}

function report({ manifest }, started) {
  const size = (bytes) => `${(bytes / 1024).toFixed(1)} KB`
  for (const [name, { bytes, gzip }] of Object.entries(manifest.files).sort((a, b) => b[1].gzip - a[1].gzip)) {
    const when = manifest.initial.includes(name) ? 'first' : name.endsWith('.js') ? 'later' : ''
    console.log(`  ${name.padEnd(44)} ${size(bytes).padStart(10)} ${size(gzip).padStart(10)} gzip  ${when}`)
  }
  console.log(
    `Initial JavaScript ${size(manifest.initialGzip)} gzip of ${size(initialBudget)}; built in ${Date.now() - started} ms.`,
  )
  if (manifest.initialGzip <= initialBudget) return
  console.error(
    `The browser loads ${size(manifest.initialGzip)} at once. Load the largest part of the list above later, by import().`,
  )
  process.exitCode = 1
}

const started = Date.now()
copyPaper()
const [program, web, catalogue, alone] = await Promise.allSettled([
  buildProgram(),
  buildWeb(),
  prepareCatalogue(),
  buildAlone(),
])
linkProgram()
// esbuild has printed what is wrong; what could be built stays usable.
if (catalogue.status === 'rejected') console.error(`The catalogue is not prepared: ${catalogue.reason}`)
if ([program, web, catalogue, alone].some(({ status }) => status === 'rejected')) process.exitCode = 1
else sweep([...program.value, ...web.value.paths])
if (web.status === 'fulfilled') report(web.value, started)
