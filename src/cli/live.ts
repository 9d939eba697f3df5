import { type Problem, problemsOf } from '../errors.ts'
import type { LiveReport } from '../flow/live/builder.ts'
import type { Doors } from '../surfaces/server/doors.ts'
import type { LiveFeed, LiveSource, LiveState } from '../surfaces/server/live.ts'
import type { LiveProcess } from './live-process.ts'
import { type Served, serveVersion } from './served.ts'

/** A version that is open: as it was built, or with what arrived since. */
export interface OpenedVersion {
  /** Its doors at a moment that is "now"; null: its newest event. */
  doors(now: string | null): Doors
  close(): Promise<void>
}

export interface OpenedBase extends OpenedVersion {
  id: string
  /** Up to which position of the journal arrivals are in it. */
  position: number
  openLive(report: LiveReport): Promise<OpenedVersion>
}

/** The world of the loop, so that a test can be it. */
export interface LiveWorld {
  /** Id of the version that is published now. */
  current(): Promise<string | null>
  open(): Promise<OpenedBase>
  /** Of the last arrival that is on the disk; null where nothing can arrive. */
  position(): number | null
  worker: Pick<LiveProcess, 'build' | 'stop'>
  /** A build that takes in what arrived. */
  absorb(): Promise<void>
  /** When the last arrival of each source came, as far as is known when all begins. */
  sources: LiveSource[]
  say(problem: Problem): void
  now(): number
}

/** What is shown, for whoever opens it once more. */
export interface Newest {
  /** With what arrived since the version of this id. */
  live?: { base: string; file: string }
  asOf?: string
}

export interface Live extends LiveFeed {
  newest(): Newest
  /** The doors of what is shown now, for one request. */
  take(): Doors
  /** Looks once whether there is anything new, and shows it. */
  step(): Promise<void>
  close(): Promise<void>
}

/** Between two small builds: what arrives meanwhile goes with the next one. */
const apart = 250
/** So often it is looked whether another version was published. */
const lookEvery = 1000
/** More arrivals than these, or a small build that takes longer than that for more than a few, and a build takes them in. */
const mostWaiting = 5000
const longest = { milliseconds: 800, arrivals: 500 }
/** After a build that failed. */
const absorbAgain = 600_000
/** So long after the last arrival "now" is what the clock says, and moves on by itself so often. */
const liveFor = 86_400_000
const clockStep = 10_000
const clockEvery = 60_000

/** Shows what is published, and what arrived since, one small version after another; the one before goes when its last reader is through. */
export async function startLive(world: LiveWorld): Promise<Live> {
  const received = new Map(world.sources.map((each) => [each.id, each.received ?? 0]))
  const listeners = new Set<(state: LiveState | null) => void>()
  let base = await world.open()
  let shownNow = nowOf()
  let baseServed = serveVersion(base.doors(shownNow), base.close)
  let served: Served = baseServed
  let opened: OpenedVersion = base
  let report: LiveReport | null = null
  let problem: Problem | null = null
  let looked = world.now()
  let next = 0
  let failures = 0
  let absorbing: Promise<void> | null = null
  let absorbNext = 0
  let stepping: Promise<void> | null = null
  let closed = false

  function newest(): number {
    return Math.max(0, ...received.values())
  }
  /** The clock while things arrive, so that what is open grows older on the page too; else the newest event. */
  function nowOf(): string | null {
    const now = world.now()
    if (newest() < now - liveFor) return null
    return new Date(Math.floor(now / clockStep) * clockStep).toISOString().replace('.000Z', 'Z')
  }
  const state = (): LiveState => ({
    id: served.doors.version.id,
    as_of: served.doors.version.as_of,
    position: report?.position ?? base.position,
    received_at: newest() > 0 ? new Date(newest()).toISOString() : null,
    waiting: Math.max(0, (world.position() ?? 0) - (report?.position ?? base.position)),
    problem,
    sources: world.sources.map((each) => ({ ...each, received: received.get(each.id) || null })),
  })
  const tell = (): void => {
    const now = state()
    for (const listener of listeners) listener(now)
  }
  const show = (version: OpenedVersion, its: Served): void => {
    const before = served
    served = its
    opened = version
    if (before !== its && before !== baseServed) before.retire()
  }
  const showBase = (newBase: OpenedBase): void => {
    const before = baseServed
    base = newBase
    shownNow = nowOf()
    report = null
    const its = serveVersion(base.doors(shownNow), base.close)
    show(base, its)
    baseServed = its
    before.retire()
  }
  const tellProblem = (error: unknown): void => {
    const [found] = problemsOf(error)
    if (found && found.message !== problem?.message) world.say(found)
    problem = found ?? null
  }

  /** A small version up to the newest arrival, of the base that is to be shown. */
  const bring = async (on: OpenedBase, to: number): Promise<void> => {
    next = world.now() + apart
    const made = await world.worker.build({ base: { id: on.id, position: on.position }, to })
    const live = await on.openLive(made)
    for (const [source, at] of Object.entries(made.received))
      received.set(source, Math.max(at, received.get(source) ?? 0))
    if (on !== base) showBase(on)
    // What was settled with the base is asked of it: it stays open as long as somebody reads what stands on it.
    const under = baseServed.take()
    report = made
    shownNow = nowOf()
    show(
      live,
      serveVersion(live.doors(shownNow), async () => {
        await live.close()
        under.release?.()
      }),
    )
    failures = 0
    problem = made.notes[0] ?? null
    if (problem) world.say(problem)
  }
  const failed = (error: unknown, on: OpenedBase): void => {
    tellProblem(error)
    failures++
    next = world.now() + Math.min(30_000, apart * 2 ** failures)
    if (on !== base) showBase(on)
  }
  const absorbIfMany = (): void => {
    if (!report || absorbing || world.now() < absorbNext) return
    const slow = report.milliseconds > longest.milliseconds && report.arrivals > longest.arrivals
    if (report.arrivals <= mostWaiting && !slow) return
    const begun = world.now()
    absorbing = world
      .absorb()
      .then(
        () => {
          looked = 0
          // Half of the time at most goes into builds.
          absorbNext = 2 * world.now() - begun
        },
        (error: unknown) => {
          absorbNext = world.now() + absorbAgain
          tellProblem(error)
        },
      )
      .finally(() => {
        absorbing = null
      })
  }

  const look = async (): Promise<void> => {
    let on = base
    if (world.now() - looked >= lookEvery) {
      looked = world.now()
      const id = await world.current()
      if (id !== null && id !== base.id) on = await world.open()
    }
    const to = world.position() ?? 0
    const changed = on !== base
    const arrived = to > (changed ? on.position : (report?.position ?? on.position))
    if (arrived && (changed || world.now() >= next)) {
      await bring(on, to).catch((error: unknown) => failed(error, on))
      tell()
      absorbIfMany()
    } else if (changed) {
      showBase(on)
      problem = null
      tell()
    } else if (shownNow !== null && world.now() - Date.parse(shownNow) >= clockEvery) {
      shownNow = nowOf()
      served.doors = opened.doors(shownNow)
      tell()
    }
  }

  return {
    take: () => served.take(),
    newest: () => ({
      ...(report && { live: { base: base.id, file: report.file } }),
      ...(shownNow !== null && { asOf: shownNow }),
    }),
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      listener(state())
      return () => listeners.delete(listener)
    },
    step: () => {
      if (closed) return Promise.resolve()
      stepping ??= look()
        .catch(tellProblem)
        .finally(() => {
          stepping = null
        })
      return stepping
    },
    close: async () => {
      closed = true
      world.worker.stop()
      for (const listener of listeners) listener(null)
      listeners.clear()
      await stepping
      if (served !== baseServed) served.retire()
      baseServed.retire()
    },
  }
}
