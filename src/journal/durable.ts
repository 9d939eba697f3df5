import { open, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Answers when what a file holds is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.sync().finally(() => handle.close())
}

/** A new name, or another file under an old one, survives a power cut only when its folder is synced too. Windows cannot open a folder, and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Writes a file for its owner alone: whole or not at all, and on the disk when it answers. One rename decides. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, text, { mode: 0o600 })
  await syncFile(temporary)
  await rename(temporary, file)
  await syncFolder(dirname(file))
}
