import { jsonFile } from './pinned.ts'
import { stableUuid } from './stable-id.ts'

/**
 * The files that make two folders a Power BI project: what Desktop opens, what each folder is, and what git leaves out. By path from the
 * project's folder.
 */
export function projectFiles(name: string): Map<string, string> {
  const report = `${name}.Report`
  const model = `${name}.SemanticModel`
  return new Map([
    [
      `${name}.pbip`,
      jsonFile('project', {
        version: '1.0',
        artifacts: [{ report: { path: report } }],
        settings: { enableAutoRecovery: true },
      }),
    ],
    [`${model}/.platform`, platform('SemanticModel', name)],
    [`${model}/definition.pbism`, jsonFile('semanticModel', { version: '4.2', settings: {} })],
    [`${report}/.platform`, platform('Report', name)],
    [
      `${report}/definition.pbir`,
      jsonFile('reportItem', { version: '4.0', datasetReference: { byPath: { path: `../${model}` } } }),
    ],
    // What Desktop keeps for one person, and its copy of the data.
    ['.gitignore', '**/.pbi/localSettings.json\n**/.pbi/cache.abf\n'],
  ])
}

function platform(type: 'Report' | 'SemanticModel', name: string): string {
  return jsonFile('platform', {
    metadata: { type, displayName: name },
    config: { version: '2.0', logicalId: stableUuid(`platform/${type}/${name}`) },
  })
}
