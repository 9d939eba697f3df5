import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RapportError } from '../../../errors.ts'

/** What scripts/build.mjs made to stand inside a report. */
export interface ReportFiles {
  style: string
  /** Life for drawings; with the borders of maps where a report has a map. */
  script(maps: boolean): string
}

/** dist/alone, whether this runs from dist/ or from src/surfaces/report/html. */
export function readReportFiles(from: string = import.meta.url): ReportFiles {
  const folder = new URL(fileURLToPath(from).includes('/src/surfaces/') ? '../../../../dist/alone/' : './alone/', from)
  return {
    style: read('report.css', folder),
    script: (maps) => read(maps ? 'script-maps.js' : 'script.js', folder),
  }
}

function read(name: string, folder: URL): string {
  try {
    return readFileSync(new URL(name, folder), 'utf8')
  } catch {
    throw new RapportError({
      code: 'web-not-built',
      message: 'The files that a report carries for the browser are missing.',
      where: fileURLToPath(new URL(name, folder)),
      fix: 'Run "npm run build".',
    })
  }
}
