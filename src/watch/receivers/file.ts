import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Notification } from '../notification.ts'
import type { Answer } from '../outbox.ts'

/** A notification as one line. */
export function formatFile({ not_before: _held, ...notification }: Notification): string {
  return `${JSON.stringify(notification)}\n`
}

/** Adds a line and answers when it is on the disk. */
export async function addLine(path: string, line: string): Promise<Answer> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  try {
    await file.write(line)
    await file.sync()
  } finally {
    await file.close()
  }
  return { ok: true }
}
