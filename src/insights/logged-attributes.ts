import { tableNamed } from '../model/tables.ts'

/** Columns by which cases are split and that say of nobody who they are: what a log tells of a case. */
export function caseAttributes(present: ReadonlySet<string>): string[] {
  return (tableNamed('cases')?.columns ?? []).flatMap(({ name, dimension, derived, sensitivity }) =>
    dimension && !derived && sensitivity === 'none' && present.has(`cases.${name}`) ? [name] : [],
  )
}
