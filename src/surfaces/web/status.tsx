import { useEffect } from 'react'
import { failure } from './failure.ts'
import { useSay } from './language.ts'
import { content, phase } from './page.ts'
import { useSignal } from './signal.ts'

/** Loading dims what is there; a failure is one sentence and a way to try again, and the page stays. */
export function Status() {
  const say = useSay()
  const current = useSignal(phase)
  const failed = useSignal(failure)
  useEffect(() => {
    const main = content()
    main.dataset.phase = current
    main.setAttribute('aria-busy', String(current === 'loading' || current === 'slow'))
  }, [current])
  if (!failed) return null
  return (
    <div className="failure" role="alert">
      <p>
        {failed.problem.message} {failed.problem.fix}
      </p>
      <button type="button" className="button" onClick={failed.retry}>
        {say('retry')}
      </button>
    </div>
  )
}
