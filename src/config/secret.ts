import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { RapportError } from '../errors.ts'

/** Where a secret stands, never the secret: settings are committed. */
export const secretSchema = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, 'env:NAME or file:PATH; the secret itself does not belong here')
  .describe(
    'Where the secret stands: env:NAME, a variable of the environment, or file:PATH, a file for its owner alone.',
  )

/** Reads a secret when it is needed. A file that others may read is refused. */
export async function readSecret(
  reference: string,
  { directory, environment = process.env }: { directory: string | null; environment?: NodeJS.ProcessEnv },
): Promise<string> {
  if (reference.startsWith('env:')) {
    const name = reference.slice('env:'.length)
    const value = environment[name]?.trim()
    if (value) return value
    throw missing(`The variable ${name} is not set.`, reference, `Set ${name} before you start Rapport.`)
  }
  const path = resolve(directory ?? '.', reference.slice('file:'.length))
  const kind = await stat(path).catch(() => null)
  if (!kind?.isFile())
    throw missing(`There is no file ${path}.`, reference, 'Write the secret into it, for its owner alone (mode 0600).')
  if (process.platform !== 'win32' && (kind.mode & 0o077) !== 0)
    throw missing(`Others may read ${path}.`, reference, `Run: chmod 600 ${path}`)
  const value = (await readFile(path, 'utf8')).trim()
  if (value) return value
  throw missing(`The file ${path} is empty.`, reference, 'Write the secret into it.')
}

function missing(message: string, where: string, fix: string): RapportError {
  return new RapportError({ code: 'secret-missing', message, where, fix }, 2)
}
