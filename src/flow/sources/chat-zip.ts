import { mkdir, open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Content } from './content.ts'
import { Zip } from './zip.ts'

/**
 * The chat in the archive that a phone makes of it ("WhatsApp Chat with NAME.zip": the text, and the pictures beside it); null where it is
 * another archive. An iPhone calls every chat `_chat.txt`, so that only the archive's name says whose it is.
 */
export async function unpackChat(content: Content): Promise<Content | null> {
  const zip = await Zip.open(content.path, content.file)
  try {
    if (zip.has('xl/workbook.xml') || zip.has('[Content_Types].xml')) return null
    const texts = zip.names().filter((name) => /\.txt$/i.test(name) && !name.startsWith('__MACOSX/'))
    const entry = texts.find((name) => basename(name) === '_chat.txt') ?? (texts.length === 1 ? texts[0] : undefined)
    if (entry === undefined) return null
    const file = join(content.derived, `${content.hash}.chat.txt`)
    await writeEntry(zip, entry, file)
    const own = basename(entry)
    return { ...content, form: 'chat', file, unpacked: true, ...(own === '_chat.txt' ? {} : { name: own }) }
  } finally {
    zip.close()
  }
}

async function writeEntry(zip: Zip, entry: string, file: string): Promise<void> {
  const temporary = `${file}.${process.pid}.part`
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const out = await open(temporary, 'w', 0o600)
  try {
    for await (const chunk of zip.read(entry)) await out.writeFile(chunk)
  } finally {
    await out.close()
  }
  await rename(temporary, file)
}
