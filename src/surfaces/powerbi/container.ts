import { expressionOf, literal, projectionOf, textLiteral } from './expressions.ts'
import type { Box } from './grid.ts'
import { jsonFile } from './pinned.ts'
import { property, type Visual } from './visuals/visual.ts'

/** A visual with its place and its name. */
export interface Placed {
  id: string
  box: Box
  visual: Visual
  title?: string
  subtitle?: string
  /** Text on the page itself, without a frame. */
  bare?: true
}

/** `visual.json`; `order` is its place in the reading order of the page. */
export function containerText(placed: Placed, order: number): string {
  const { id, box, visual } = placed
  const { type, roles, sort, objects } = visual
  const z = (order + 1) * 1000
  const state = Object.entries(roles).map(([role, fields]) => [
    role,
    // A list has no axis: what is active there would make Power BI show nothing.
    { projections: fields.map((field) => projectionOf(field, type !== 'tableEx' && type !== 'multiRowCard')) },
  ])
  return jsonFile('visual', {
    name: id,
    position: { x: box.x, y: box.y, z, height: box.height, width: box.width, tabOrder: z },
    visual: {
      visualType: type,
      ...(state.length > 0 && {
        query: {
          queryState: Object.fromEntries(state),
          ...(sort && {
            // Not said to be the default: Power BI would put ordered bars by size again.
            sortDefinition: { sort: [{ field: expressionOf(sort.by), direction: sort.direction }] },
          }),
        },
      }),
      ...(objects && { objects }),
      visualContainerObjects: frameOf(placed),
      drillFilterOtherVisuals: true,
    },
  })
}

function frameOf({ title, subtitle, bare }: Placed): Record<string, object[]> {
  const off = property({ show: literal('false') })
  const said = [title, subtitle].filter((each) => each !== undefined)
  return {
    title: title === undefined ? off : property({ show: literal('true'), text: textLiteral(title) }),
    ...(subtitle !== undefined && {
      subTitle: property({ show: literal('true'), text: textLiteral(subtitle) }),
    }),
    ...(bare && { background: off, border: off }),
    ...(said.length > 0 && { general: property({ altText: textLiteral(said.join('. ')) }) }),
  }
}
