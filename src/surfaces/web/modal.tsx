import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useSay } from './language.ts'

interface ModalProps {
  title: ReactNode
  onClose(): void
  children: ReactNode
  /** `side` opens as a sheet on the right, `top` near the top of the window. */
  place?: 'side' | 'top'
  /** The title is for screen readers only. */
  quiet?: boolean
}

/** The browser's own dialog: focus stays inside, Esc closes, focus goes back where it was. */
export function Modal({ title, onClose, children, place = 'side', quiet = false }: ModalProps) {
  const say = useSay()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    // Opening moves the focus to the first button; who searches wants to type.
    element?.querySelector<HTMLElement>('.search-input')?.focus()
    return () => {
      element?.close()
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way out is Esc, which the dialog has by itself.
    <dialog
      ref={dialog}
      className={`modal modal-${place}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="modal-body">
        <header className={quiet ? 'visually-hidden' : 'modal-head'}>
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-button" aria-label={say('close')} onClick={onClose}>
            <span aria-hidden="true">×</span>
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
