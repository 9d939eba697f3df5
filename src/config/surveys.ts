import type { IntakeSetting } from './intake.ts'

/** The source of answers to surveys, which takes arrivals without being listed. */
export const surveysId = 'surveys'

interface Listed {
  id: string
  files: string | string[]
  pack?: string
  intake?: IntakeSetting
}

/**
 * The sources of a project with the one for answers to surveys: added where no source or file of amounts has its name, with its pack where the
 * one that is listed takes arrivals and names neither files nor a pack. Without arrivals it is a source of nothing.
 */
export function withSurveys<Source extends Listed>({
  sources,
  accounts,
}: {
  sources: Source[]
  accounts: { id: string }[]
}): (Source | Listed)[] {
  if ([...sources, ...accounts].every(({ id }) => id !== surveysId))
    return [...sources, { id: surveysId, files: [], pack: surveysId, intake: { verify: 'none' } }]
  return sources.map((source) => {
    const isBuiltIn = source.id === surveysId && source.intake && source.files.length === 0
    return isBuiltIn ? { ...source, pack: source.pack ?? surveysId } : source
  })
}
