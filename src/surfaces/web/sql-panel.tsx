import { SqlText } from './definition.tsx'
import { useSay } from './language.ts'
import { Modal } from './modal.tsx'
import { view } from './page.ts'
import { useSignal } from './signal.ts'

/** The statements behind one tile, one a metric. */
export function SqlPanel({ tile: id, onClose }: { tile: string; onClose(): void }) {
  const say = useSay()
  const tile = useSignal(view)?.tiles.find((each) => each.id === id)
  const cards = Object.values(tile?.frame?.metrics ?? {})
  return (
    <Modal title={tile?.title ?? 'SQL'} onClose={onClose}>
      {cards.length === 0 && <p className="quiet">{say('sql.none')}</p>}
      {cards.map((card) => (
        <section key={card.id}>
          {cards.length > 1 && <p>{card.label}</p>}
          <SqlText sql={card.sql} />
        </section>
      ))}
    </Modal>
  )
}
