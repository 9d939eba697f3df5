import { useEffect, useState } from 'react'
import { announce } from '../../pages/live/announce.ts'
import { say as sayNow, useSay } from './language.ts'

/** Copies text and says so. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  announce(sayNow('copied'))
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const say = useSay()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button type="button" className="button" onClick={() => void copyText(text).then(() => setCopied(true))}>
      {copied ? say('copied') : (label ?? say('copy'))}
    </button>
  )
}
