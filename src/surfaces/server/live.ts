import type { Problem } from '../../errors.ts'

/** A source that sends by itself, and when it last did. */
export interface LiveSource {
  id: string
  /** Longer silence than this is none that was expected. */
  expected_seconds: number | null
  /** Milliseconds since 1970; null: never. */
  received: number | null
}

/** What the pages show now, and how far behind the newest arrival they are. */
export interface LiveState {
  id: string
  as_of: string | null
  /** Position in the journal up to which arrivals are on the pages. */
  position: number
  /** When the newest of them came. */
  received_at: string | null
  /** Arrivals that are not on the pages yet. */
  waiting: number
  /** Why they are not, or what was left out. */
  problem: Problem | null
  sources: LiveSource[]
}

export interface LiveFeed {
  state(): LiveState
  /** Called at once, and with each change; `null` when the server ends. Answers what takes the listener away again. */
  subscribe(listener: (state: LiveState | null) => void): () => void
}
