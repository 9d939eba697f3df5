import { type Arguments, say as sayWith, type Words } from '../../config/words.ts'
import type { WordsAnswer } from '../server/wire.ts'
import { forgetParameter } from './address.ts'
import { ask } from './api.ts'
import { remember } from './cookies.ts'
import { createSignal, useSignal } from './signal.ts'

const none: Words = { language: document.documentElement.lang || 'en', locale: 'en-US', messages: {}, fallback: {} }

/** Words of the controls, in the viewer's language. */
export const words = createSignal<Words>(none)

export async function loadWords(): Promise<void> {
  const answer = await ask<WordsAnswer>('/api/words')
  words.set({ ...answer, fallback: {} })
}

export function say(id: string, values?: Arguments): string {
  return sayWith(words.get(), `web.${id}`, values)
}

/** `say` for a component: it is drawn again in the new language. */
export function useSay(): (id: string, values?: Arguments) => string {
  const current = useSignal(words)
  return (id, values) => sayWith(current, `web.${id}`, values)
}

export function setLanguage(language: string): void {
  remember('language', language)
  forgetParameter('lang')
  // Every word of the shell changes: load it whole, in the new language.
  location.reload()
}
