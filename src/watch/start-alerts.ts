import { type Alerts, type AlertsOptions, type Evaluated, openAlerts } from './alerts.ts'

export interface RunningAlerts {
  /** For a new version, or what a schedule asks for: evaluated, then delivered in the background. Null while it is being closed. */
  evaluateNow(): Promise<Evaluated | null>
  /** As `Alerts.tell`, delivered in the background. */
  tell: Alerts['tell']
  close(): Promise<void>
}

interface StartOptions extends AlertsOptions {
  /** Milliseconds between two evaluations. */
  every: number
  /** Told of what went wrong; it is tried again at the next time. */
  failed(error: unknown): void
}

/** The longest that Node can wait. */
const longest = 2 ** 31 - 1

/** Evaluates now and then and delivers what is due, for as long as the process lives. */
export async function startAlerts(options: StartOptions): Promise<RunningAlerts> {
  const alerts = await openAlerts(options)
  const { every, failed, outside } = options
  let closed = false
  // What is cut off by the end is sent at the next start: no fault.
  const told = (error: unknown): void => {
    if (!closed) failed(error)
  }
  let timer: NodeJS.Timeout | undefined
  const deliver = (): void => {
    clearTimeout(timer)
    alerts.deliverNow().then((next) => {
      if (!closed && next !== null)
        timer = setTimeout(deliver, Math.min(Math.max(0, next - outside.now()), longest)).unref()
    }, told)
  }
  const evaluateNow = async (): Promise<Evaluated> => {
    const evaluated = await alerts.evaluateNow()
    if (!closed) deliver()
    return evaluated
  }
  const look = (): void => void evaluateNow().catch(told)
  const clock = setInterval(look, every).unref()
  look()
  return {
    evaluateNow,
    tell: async (...told) => {
      await alerts.tell(...told)
      if (!closed) deliver()
    },
    close: async () => {
      closed = true
      clearInterval(clock)
      clearTimeout(timer)
      await alerts.close()
    },
  }
}
