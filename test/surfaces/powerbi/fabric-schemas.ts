import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

/** The published schemas of Power BI projects; given beside the repository, never inside it. */
const folder = join(import.meta.dirname, '../../../../shared/formats/schemas/fabric')

export const hasSchemas = existsSync(folder)
if (!hasSchemas) console.log(`Skipped: the published schemas of Power BI projects are not at ${folder}.`)

/** Faults of a file by the schema that it names; a file that names none, or one that nobody has, is at fault. */
export function schemaFaults(): (path: string, text: string) => string[] {
  const base = 'https://developer.microsoft.com/json-schemas/fabric/'
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  const files = (readdirSync(folder, { recursive: true }) as string[]).map((file) => file.replaceAll('\\', '/'))
  for (const file of files.filter((each) => /schema(-embedded)?\.json$/.test(each))) {
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    // Some carry an id that is not their address.
    ajv.addSchema({ ...schema, $id: base + file })
  }
  return (path, text) => {
    const value = JSON.parse(text)
    const validate = typeof value.$schema === 'string' ? ajv.getSchema(value.$schema) : undefined
    if (!validate) return [`${path}: unknown schema ${value.$schema}`]
    if (validate(value)) return []
    return (validate.errors ?? []).map((each) => `${path}${each.instancePath}: ${each.message}`)
  }
}
