/** When a version is judged. */
export interface Judged {
  /** Moment of the build, UTC, `2024-03-01 12:00:00`. */
  landed: string
  /** Newest event, ISO UTC; null without any. */
  asOf: string | null
  /** Reporting zone. */
  zone: string
}
