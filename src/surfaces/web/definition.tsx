import { formatValue } from '../../config/format.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import { hrefToRows } from './address.ts'
import { ask } from './api.ts'
import { CopyButton } from './copy.tsx'
import { useSay, words } from './language.ts'
import { useAnswer } from './load.ts'
import { Modal } from './modal.tsx'
import { ProblemNote } from './problem-note.tsx'
import { useSignal } from './signal.ts'

/** What a number is, beside the number: one click away from wherever it stands. */
export function DefinitionPanel({ metric, onClose }: { metric: string; onClose(): void }) {
  const say = useSay()
  const path = `/api/metrics/${encodeURIComponent(metric)}${location.search}`
  const { value: frame, problem } = useAnswer(path, (signal) => ask<Frame>(path, { signal }))
  const card = frame?.metrics[metric]
  return (
    <Modal title={card?.label ?? say('definition')} onClose={onClose}>
      {problem && <ProblemNote problem={problem} />}
      {frame && card && <Definition frame={frame} card={card} />}
      {!frame && !problem && <p className="quiet">{say('loading')}</p>}
    </Modal>
  )
}

function cellOf(frame: Frame, id: string): MetricCell | undefined {
  return frame.rows[0]?.[id] as MetricCell | undefined
}

function Definition({ frame, card }: { frame: Frame; card: MetricCard }) {
  const say = useSay()
  const current = useSignal(words)
  const cell = cellOf(frame, card.id)
  const format = (value: number | null | undefined) => formatValue(value, card.unit, current)
  const interval =
    cell?.low !== undefined && cell.high !== undefined ? `${format(cell.low)} – ${format(cell.high)}` : null
  const facts: [string, string | null | undefined][] = [
    ['definition', card.definition],
    ['numerator', card.numerator],
    ['denominator', card.denominator],
    ['population', card.population],
    ['clock', card.clock && say(`clock.${card.clock}`)],
    ['time-basis', card.time_basis ?? say('time-basis.none')],
    ['additivity', say(`additivity.${card.additivity}`)],
    ['interval', interval && (card.interval ? `${interval} · ${card.interval}` : interval)],
    ['n', cell?.n === undefined ? null : formatValue(cell.n, 'count', current)],
    ['target', card.target && `${format(card.target.value)} · ${card.target.source}`],
    ['id', card.id],
    ['defined-at', card.defined_at],
  ]
  return (
    <>
      <p className="quiet">{card.question}</p>
      <p className="panel-value">{cell?.refused ? say('cannot-be-known') : format(cell?.value)}</p>
      {cell?.refused && <ProblemNote problem={cell.refused} />}
      <dl className="facts">
        {facts.map(([name, text]) =>
          text ? (
            <div key={name}>
              <dt>{say(`fact.${name}`)}</dt>
              <dd>{text}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {cell && !cell.refused && (
        <p>
          <a href={hrefToRows(card.id)}>{say('rows')}</a>
        </p>
      )}
      {card.variants.length > 1 && <Variants frame={frame} card={card} />}
      <SqlText sql={card.sql} />
    </>
  )
}

/** The same KPI as others define it: the values side by side are the argument. */
function Variants({ frame, card }: { frame: Frame; card: MetricCard }) {
  const say = useSay()
  const current = useSignal(words)
  return (
    <>
      <h3>{say('variants')}</h3>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{say('variant')}</th>
            <th scope="col" className="numeric">
              {say('value')}
            </th>
            <th scope="col" className="numeric">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {card.variants.map((variant) => {
            const cell = cellOf(frame, variant.id)
            const unit = frame.metrics[variant.id]?.unit ?? card.unit
            return (
              <tr key={variant.id} aria-current={variant.id === card.id || undefined}>
                <th scope="row">
                  {variant.label} <code>{variant.id}</code>
                </th>
                <td className="numeric">{cell?.refused ? '–' : formatValue(cell?.value, unit, current)}</td>
                <td className="numeric">{formatValue(cell?.n, 'count', current)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </>
  )
}

/** SQL to read and to paste. */
export function SqlText({ sql }: { sql: string }) {
  const say = useSay()
  return (
    <>
      <div className="with-button">
        <h3>SQL</h3>
        <CopyButton text={sql} label={say('copy.sql')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard too. */}
      <pre className="sql" tabIndex={0}>
        <code>{sql}</code>
      </pre>
    </>
  )
}
