#!/usr/bin/env node
// First statement on purpose: the thread pool takes its size when it first starts, and an ES module's imports run before
// any statement of its own. With the default of 4, four slow queries would stop every file read and every other query.
process.env.UV_THREADPOOL_SIZE ??= '32'

const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')

const [major, minor] = process.versions.node.split('.').map(Number)
const bundle = join(__dirname, '..', 'dist', 'cli.js')

/** @param {string} message @param {string} fix */
function stop(message, fix) {
  process.stderr.write(`${message}\n  ${fix}\n`)
  process.exit(1)
}

if (major < 20 || (major === 20 && minor < 19)) {
  stop(
    `Rapport needs Node 20.19 or newer, this is ${process.versions.node}.`,
    'Install a newer Node from https://nodejs.org.',
  )
} else if (!existsSync(bundle)) {
  stop('Rapport is not built yet: dist/cli.js is missing.', `Run "npm run build" in ${join(__dirname, '..')}.`)
} else {
  import(pathToFileURL(bundle).href).catch((error) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  })
}
