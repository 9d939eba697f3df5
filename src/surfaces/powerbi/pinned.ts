const base = 'https://developer.microsoft.com/json-schemas/fabric'
const report = `${base}/item/report/definition`

/** Versions of what a visual, a page and a report are made of: a year old, since Power BI Desktop opens its own and older ones only. */
export const versions = { visual: '2.4.0', page: '2.0.0', report: '3.0.0' } as const

/** The address that each kind of file names as its schema. */
export const schemas = {
  project: `${base}/pbip/pbipProperties/1.0.0/schema.json`,
  platform: `${base}/gitIntegration/platformProperties/2.0.0/schema.json`,
  semanticModel: `${base}/item/semanticModel/definitionProperties/1.0.0/schema.json`,
  reportItem: `${base}/item/report/definitionProperties/2.0.0/schema.json`,
  version: `${report}/versionMetadata/1.0.0/schema.json`,
  report: `${report}/report/${versions.report}/schema.json`,
  pages: `${report}/pagesMetadata/1.0.0/schema.json`,
  page: `${report}/page/${versions.page}/schema.json`,
  visual: `${report}/visualContainer/${versions.visual}/schema.json`,
} as const

/** A JSON file of the project: its schema first, one value a line, so that a diff reads well. */
export function jsonFile(schema: keyof typeof schemas, value: object): string {
  return jsonText({ $schema: schemas[schema], ...value })
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
