import type { Field } from './fields.ts'

/** A value of a formatting property. Texts stand in single quotes, numbers end in what they are: `'Cases'`, `12D`, `3L`, `true`. */
export function literal(value: string): object {
  return { expr: { Literal: { Value: value } } }
}

export function textLiteral(text: string): object {
  return literal(`'${text.replaceAll("'", "''")}'`)
}

export function colourLiteral(colour: string): object {
  return { solid: { color: textLiteral(colour) } }
}

export function expressionOf({ kind, table, name }: Field): object {
  const reference = { Expression: { SourceRef: { Entity: table } }, Property: name }
  return kind === 'measure' ? { Measure: reference } : { Column: reference }
}

/** The name by which the rest of a visual means one of its fields. */
export function referenceOf({ table, name }: Field): string {
  return `${table}.${name}`
}

/** A field in a role. `active` is for columns along which a visual is drawn: a measure, or a column in a list, must not say it. */
export function projectionOf(field: Field, active: boolean): object {
  return {
    field: expressionOf(field),
    queryRef: referenceOf(field),
    nativeQueryRef: field.name,
    ...(active && field.kind === 'column' && { active: true }),
  }
}
