/**
 * The one shape for everything that goes wrong, on every surface: the CLI prints it, HTTP sends it as
 * `application/problem+json`, a refused metric carries it in its cell.
 */
export interface Problem {
  /** Kebab-case and stable: what a program matches on, e.g. `column-unknown`. */
  code: string
  /** What is wrong, with the value and the place in words. */
  message: string
  /** `file:line`, a column, a flag: where to look. */
  where?: string
  /** What to do, as an imperative sentence. */
  fix?: string
}

/** How a command ends: see the exit codes in docs/cli.md. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130

/** The one thrown class. Carries every problem found, never just the first. */
export class RapportError extends Error {
  readonly problems: Problem[]
  readonly exitCode: ExitCode

  constructor(problems: Problem | Problem[], exitCode: ExitCode = 1) {
    const list = Array.isArray(problems) ? problems : [problems]
    super(list.map(formatProblem).join('\n'))
    this.name = 'RapportError'
    this.problems = list
    this.exitCode = exitCode
  }
}

/** One problem as text: `where: message` and, below it, what to do. */
export function formatProblem(problem: Problem): string {
  const place = problem.where ? `${problem.where}: ` : ''
  const fix = problem.fix ? `\n  ${problem.fix}` : ''
  return `${place}${problem.message}${fix}`
}

/** Any thrown value as problems, so that no surface prints a stack to a user. */
export function problemsOf(error: unknown): Problem[] {
  if (error instanceof RapportError) return error.problems
  const message = error instanceof Error ? error.message : String(error)
  return [{ code: 'unexpected', message, fix: 'This is a fault of Rapport. Report it with the command that you ran.' }]
}
