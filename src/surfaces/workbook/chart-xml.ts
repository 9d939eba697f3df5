import type { Chart } from './book.ts'
import { columnName, placeIn } from './sheet-xml.ts'
import { xmlAttribute } from './text.ts'

const drawingNs = 'http://schemas.openxmlformats.org/drawingml/2006'
const officeNs = 'http://schemas.openxmlformats.org/officeDocument/2006'
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

const accent = '2F5FD0'
const soft = '5D646D'
const line = 'E4E4DF'

/** Where the charts of a sheet stand. */
export function drawingXml(charts: Chart[]): string {
  const anchors = charts.map(({ place, title }, i) => {
    const corner = (name: string, column: number, row: number) =>
      `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`
    return `<xdr:twoCellAnchor>${corner('from', place.column, place.row)}${corner('to', place.column + place.columns, place.row + place.rows)}<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="${i + 2}" name="${i + 1}" descr="${xmlAttribute(title)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="${drawingNs}/chart"><c:chart xmlns:c="${drawingNs}/chart" r:id="rId${i + 1}"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>`
  })
  return `${declaration}<xdr:wsDr xmlns:xdr="${drawingNs}/spreadsheetDrawing" xmlns:a="${drawingNs}/main" xmlns:r="${officeNs}/relationships">${anchors.join('')}</xdr:wsDr>`
}

/** One chart in one colour, without a legend, over the cells that its source names. */
export function chartXml(chart: Chart): string {
  const drawn = chart.kind === 'bars' || chart.kind === 'columns' ? barsXml(chart) : lineXml(chart)
  return `${declaration}<c:chartSpace xmlns:c="${drawingNs}/chart" xmlns:a="${drawingNs}/main" xmlns:r="${officeNs}/relationships"><c:roundedCorners val="0"/><c:chart>${titleXml(chart.title)}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>${drawn}${axesXml(chart)}</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln w="6350"><a:solidFill><a:srgbClr val="${line}"/></a:solidFill></a:ln></c:spPr>${textXml(900)}</c:chartSpace>`
}

function titleXml(title: string): string {
  return `<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000" b="1"/></a:pPr><a:r><a:rPr lang="en-US" sz="1000" b="1"><a:solidFill><a:srgbClr val="1C1F23"/></a:solidFill></a:rPr><a:t>${xmlAttribute(title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`
}

function textXml(size: number): string {
  return `<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="${size}"><a:solidFill><a:srgbClr val="${soft}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`
}

const fill = (colour: string) => `<a:solidFill><a:srgbClr val="${colour}"/></a:solidFill>`

function barsXml(chart: Chart): string {
  const direction = chart.kind === 'bars' ? 'bar' : 'col'
  return `<c:barChart><c:barDir val="${direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser>${nameXml(chart, 'value', 0)}<c:spPr>${fill(accent)}</c:spPr><c:invertIfNegative val="0"/>${dataXml(chart, 'value')}</c:ser><c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`
}

/** Dots have their intervals as two more series that a line joins from end to end: all of it stands in cells. */
function lineXml(chart: Chart): string {
  const ends = chart.kind === 'dots' && chart.source.ends ? (['low', 'high'] as const) : []
  const series = (['value', ...ends] as const).map((part, i) => seriesXml(chart, part, i)).join('')
  const spans =
    ends.length > 0 ? `<c:hiLowLines><c:spPr><a:ln w="15875">${fill(soft)}</a:ln></c:spPr></c:hiLowLines>` : ''
  return `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series}${spans}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`
}

type Part = 'value' | 'low' | 'high'

function seriesXml(chart: Chart, part: Part, order: number): string {
  const joined = chart.kind === 'line' && part === 'value'
  const pen = joined ? `<a:ln w="19050">${fill(accent)}<a:round/></a:ln>` : '<a:ln w="19050"><a:noFill/></a:ln>'
  const mark =
    part === 'value'
      ? { symbol: 'circle', size: joined ? 4 : 8, colour: accent }
      : { symbol: 'dash', size: 7, colour: soft }
  // Marks of many days would be a string of beads.
  const bare = joined && chart.points.length > 24
  const marker = bare
    ? '<c:marker><c:symbol val="none"/></c:marker>'
    : `<c:marker><c:symbol val="${mark.symbol}"/><c:size val="${mark.size}"/><c:spPr>${fill(mark.colour)}<a:ln w="6350">${fill(mark.colour)}</a:ln></c:spPr></c:marker>`
  return `<c:ser>${nameXml(chart, part, order)}<c:spPr>${pen}</c:spPr>${marker}${dataXml(chart, part)}<c:smooth val="0"/></c:ser>`
}

function columnOf({ source }: Chart, part: Part): number {
  return part === 'value' ? source.values : (source.ends?.[part === 'low' ? 0 : 1] ?? source.values)
}

function nameXml(chart: Chart, part: Part, order: number): string {
  const { source, labels } = chart
  const cell = reference(source.sheet, columnOf(chart, part), source.head, source.head)
  return `<c:idx val="${order}"/><c:order val="${order}"/><c:tx><c:strRef><c:f>${cell}</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>${xmlAttribute(labels[part])}</c:v></c:pt></c:strCache></c:strRef></c:tx>`
}

function dataXml(chart: Chart, part: Part): string {
  const { source, names, points, format, nameFormat } = chart
  const categories = reference(source.sheet, source.names, source.first, source.last)
  const values = reference(source.sheet, columnOf(chart, part), source.first, source.last)
  const named = nameFormat
    ? `<c:numRef><c:f>${categories}</c:f><c:numCache><c:formatCode>${xmlAttribute(nameFormat)}</c:formatCode>${cached(names)}</c:numCache></c:numRef>`
    : `<c:strRef><c:f>${categories}</c:f><c:strCache>${cached(names)}</c:strCache></c:strRef>`
  return `<c:cat>${named}</c:cat><c:val><c:numRef><c:f>${values}</c:f><c:numCache><c:formatCode>${xmlAttribute(format)}</c:formatCode>${cached(points.map((point) => point[part]))}</c:numCache></c:numRef></c:val>`
}

function cached(values: (string | number | null)[]): string {
  const points = values.map((value, i) =>
    value === null ? '' : `<c:pt idx="${i}"><c:v>${xmlAttribute(String(value))}</c:v></c:pt>`,
  )
  return `<c:ptCount val="${values.length}"/>${points.join('')}`
}

function reference(sheet: string, column: number, first: number, last: number): string {
  const name = columnName(column)
  const range = first === last ? `$${name}$${first}` : `$${name}$${first}:$${name}$${last}`
  return xmlAttribute(placeIn(sheet, range))
}

/** Names read from the top or the left, values on the axis that the picture has for them; bars begin at zero. */
function axesXml({ kind, format, nameFormat, points }: Chart): string {
  const flat = kind === 'bars'
  const quiet = `<a:ln w="6350">${fill(line)}</a:ln>`
  const counted = kind === 'bars' || kind === 'columns'
  const zero = counted && points.every(({ value }) => (value ?? 0) >= 0) ? '<c:min val="0"/>' : ''
  const names = `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="${flat ? 'maxMin' : 'minMax'}"/></c:scaling><c:delete val="0"/><c:axPos val="${flat ? 'l' : 'b'}"/><c:numFmt formatCode="${xmlAttribute(nameFormat ?? 'General')}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>${quiet}</c:spPr><c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>`
  const values = `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>${zero}</c:scaling><c:delete val="0"/><c:axPos val="${flat ? 't' : 'l'}"/><c:majorGridlines><c:spPr>${quiet}</c:spPr></c:majorGridlines><c:numFmt formatCode="${xmlAttribute(format)}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="${flat ? 'high' : 'nextTo'}"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="1"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>`
  return names + values
}
