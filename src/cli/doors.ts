import { surveyNamed } from '../insights/feedback.ts'
import { feedbackFolder, keepMark } from '../insights/feedback-log.ts'
import { runQuery } from '../metrics/run.ts'
import { valuesOf } from '../metrics/values.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import type { Doors } from '../surfaces/server/doors.ts'
import { contextOf, csvOf, rowsOf, type Shared, wordsOf } from './opened.ts'
import { pageNamed } from './page-named.ts'
import { servicesOf } from './page-services.ts'

/** The doors of one published version, for the server and for the first page that `open` prints about. */
export function doorsOf(shared: Shared): Doors {
  const { project, version, catalogue } = shared
  const languages = [...shared.words.keys()]
  return {
    version: version.facts,
    source: project.name,
    catalogue,
    languages: ['en', ...languages.filter((language) => language !== 'en')],
    words: (language) => wordsOf(shared, language),
    pages: (viewer) => linksOf(servicesOf(shared, viewer)),
    page: (id, parameters, viewer) =>
      resolvePage(pageNamed(id, shared.pages), parameters.toString(), servicesOf(shared, viewer)),
    query: (query, viewer) => runQuery(query, contextOf(shared, viewer)),
    rows: (query, viewer) => rowsOf(query, shared, contextOf(shared, viewer)),
    csv: (query, viewer) => csvOf(query, shared, contextOf(shared, viewer)),
    ...(project.directory !== null && {
      markFeedback: async (survey, change, viewer) => {
        const id = await surveyNamed(survey, contextOf(shared, viewer))
        await keepMark(feedbackFolder(project.data.watch), { survey: id, ...change, at: new Date().toISOString() })
      },
    }),
    values: async (dimension, search, viewer) => {
      const values = await valuesOf(dimension, contextOf(shared, viewer), { search })
      return values.map(({ count, ...value }) => ({ ...value, n: count }))
    },
  }
}
