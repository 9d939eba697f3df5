import type { Problem } from '../../errors.ts'

/** What is wrong, and what to do. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div className="note" role="note">
      <p>{problem.message}</p>
      {problem.fix && <p className="quiet">{problem.fix}</p>}
    </div>
  )
}
