import { useState } from 'react'
import { setShortcuts, shortcuts, shortcutsOn } from './keys.ts'
import { useSay } from './language.ts'
import { Modal } from './modal.tsx'

/** Every key, and the switch that turns the single letters off. */
export function HelpPanel({ onClose }: { onClose(): void }) {
  const say = useSay()
  const [on, setOn] = useState(shortcutsOn())
  return (
    <Modal title={say('help')} onClose={onClose}>
      <dl className="keys">
        {shortcuts().map(({ keys, label }) => (
          <div key={keys.join(' ')}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            setShortcuts(event.target.checked)
            setOn(event.target.checked)
          }}
        />
        {say('help.letters')}
      </label>
    </Modal>
  )
}
