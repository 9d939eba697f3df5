import { createHash } from 'node:crypto'

/** Of all ids that an export names: a UUIDv5 of its own, so that no other program comes to the same ids from the same keys. */
const namespace = Buffer.from('6f1c0d0e7a3b5c0e9d41c7a2b85e30f4', 'hex')

/** A UUID (version 5) that only depends on the key: the same thing has the same id in each export, so its diff shows what changed. */
export function stableUuid(key: string): string {
  const bytes = createHash('sha1').update(namespace).update(key, 'utf8').digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Twenty hexadecimal digits that only depend on the key: names of pages and visuals, short enough for long paths. */
export function stableName(key: string): string {
  return createHash('sha1').update(namespace).update(`name/${key}`, 'utf8').digest('hex').slice(0, 20)
}
