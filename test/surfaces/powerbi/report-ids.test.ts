import { expect, test } from 'vitest'
import { projectFiles } from '../../../src/surfaces/powerbi/project-files.ts'
import { stableName, stableUuid } from '../../../src/surfaces/powerbi/stable-id.ts'

test('an id depends on its key alone, and is of the form that is asked for', () => {
  expect(stableUuid('cases')).toBe(stableUuid('cases'))
  expect(stableUuid('cases')).not.toBe(stableUuid('case'))
  expect(stableUuid('é')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(stableName('cases')).toMatch(/^[0-9a-f]{20}$/)
  expect(stableName('cases')).not.toBe(stableName('case'))
})

test('ids do not change from one release to the next: Power BI would take every table and page for a new one', () => {
  expect([stableUuid('table/Cases'), stableName('page/overview')]).toEqual([
    'ede92665-5bbe-524c-9ba6-86791308c0b9',
    'f9ae7f8a1ad3f77e9722',
  ])
})

test('the project names its two folders, and each knows what it is', () => {
  const files = projectFiles('Rapport')
  expect([...files.keys()]).toEqual([
    'Rapport.pbip',
    'Rapport.SemanticModel/.platform',
    'Rapport.SemanticModel/definition.pbism',
    'Rapport.Report/.platform',
    'Rapport.Report/definition.pbir',
    '.gitignore',
  ])
  const json = (path: string) => JSON.parse(files.get(path) ?? '')
  expect(json('Rapport.pbip').artifacts).toEqual([{ report: { path: 'Rapport.Report' } }])
  expect(json('Rapport.Report/definition.pbir').datasetReference).toEqual({
    byPath: { path: '../Rapport.SemanticModel' },
  })
  const ids = ['Report', 'SemanticModel'].map((type) => json(`Rapport.${type}/.platform`).config.logicalId)
  expect(new Set(ids).size).toBe(2)
})
