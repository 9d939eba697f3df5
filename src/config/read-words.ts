import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../errors.ts'
import type { Words } from './words.ts'
import { readYaml } from './yaml.ts'

const locales: Record<string, string> = { en: 'en-US', fr: 'fr-FR', de: 'de-DE', es: 'es-ES' }

/** All messages of `<folder>/*.<language>.yaml` of several folders; a later folder replaces what an earlier one says. */
async function readMessages(folders: string[], language: string, problems: Problem[]): Promise<Record<string, string>> {
  const messages: Record<string, string> = {}
  for (const folder of folders) {
    for (const file of (await listing(folder)).filter((name) => name.endsWith(`.${language}.yaml`))) {
      const document = await readYaml(join(folder, file))
      for (const [id, message] of Object.entries((document.value ?? {}) as Record<string, unknown>)) {
        if (typeof message === 'string') messages[id] = message
        else
          problems.push({
            code: 'words-not-text',
            message: `"${id}" is not a text.`,
            where: document.where([id]),
            fix: 'Write one message behind each id, in quotes where it holds ": ".',
          })
      }
    }
  }
  return messages
}

async function listing(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return []
  }
}

/** The languages for which some folder has words. */
export async function languagesIn(folders: string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const folder of folders) for (const file of await listing(folder)) found.add(file.split('.').at(-2) ?? '')
  return [...found].filter(Boolean).sort()
}

/** Words of one language with English behind it. */
export async function readWords(folders: string[], language: string, problems: Problem[]): Promise<Words> {
  const fallback = await readMessages(folders, 'en', problems)
  const messages = language === 'en' ? fallback : await readMessages(folders, language, problems)
  return { language, locale: locales[language] ?? language, messages, fallback }
}
