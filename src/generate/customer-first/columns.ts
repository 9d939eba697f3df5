/** Columns of the published ticket set, in its order and with its names. */
export const publishedColumns = [
  'Ticket ID',
  'Customer Name',
  'Customer Email',
  'Customer Age',
  'Customer Gender',
  'Product Purchased',
  'Date of Purchase',
  'Ticket Type',
  'Ticket Subject',
  'Ticket Description',
  'Ticket Status',
  'Resolution',
  'Ticket Priority',
  'Ticket Channel',
  'First Response Time',
  'Time to Resolution',
  'Customer Satisfaction Rating',
] as const

/** Columns that the Customer First study recommends to add: without a creation date no reply time can be known. */
export const recommendedColumns = [
  'Creation Date',
  'Client ID',
  'Agent ID',
  'State',
  'Product Category',
  'Product Brand',
  'Channel Source',
] as const

export type TicketColumn = (typeof publishedColumns)[number] | (typeof recommendedColumns)[number]
