import type { Context } from 'hono'
import { say } from '../../config/words.ts'
import type { PageView } from '../../pages/view.ts'
import type { Assets } from './assets.ts'
import type { PageLink } from './doors.ts'
import type { Refusal } from './problem.ts'
import { type Env, themeOf } from './request.ts'
import type { PageAnswer } from './wire.ts'

interface Drawing {
  view: PageView
  pages: PageLink[]
  assets: Assets
}

export function drawDocument(c: Context<Env>, { view, assets }: Drawing): string {
  return `<!doctype html><html lang="${view.language}" data-theme="${themeOf(c)}"><link rel="stylesheet" href="/assets/${assets.style}"><title>${view.title}</title><main>${view.headline}</main></html>`
}

export function drawAnswer(c: Context<Env>, view: PageView): PageAnswer {
  const words = c.var.doors.words(c.var.viewer.language)
  return { view, html: view.headline, title: `${view.title} · ${say(words, 'web.product')}` }
}

export async function drawRefusal(c: Context<Env>, refusal: Refusal, assets: Assets): Promise<string> {
  return `<!doctype html><html lang="en"><link rel="stylesheet" href="/assets/${assets.style}"><main>${refusal.problems[0]?.code}</main></html>`
}
