import type { Doors } from '../surfaces/server/doors.ts'

/** A version that is handed out: it is let go when the last request that has it is through. */
export interface Served {
  /** May be drawn anew: the same data at a later moment. */
  doors: Doors
  /** For one request, or for whoever reads it besides; `release` gives it back. */
  take(): Doors
  /** Nobody gets it any more. */
  retire(): void
}

export function serveVersion(doors: Doors, close: () => Promise<void>): Served {
  let users = 0
  let retired = false
  let closed = false
  const letGo = (): void => {
    if (!retired || users > 0 || closed) return
    closed = true
    void close()
  }
  const served: Served = {
    doors,
    take: () => {
      users++
      let mine = true
      return {
        ...served.doors,
        release: () => {
          if (!mine) return
          mine = false
          users--
          letGo()
        },
      }
    },
    retire: () => {
      retired = true
      letGo()
    },
  }
  return served
}
