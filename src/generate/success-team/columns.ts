/** One column of the export, as its dictionary describes it: `unit` is what the dictionary says, which is wrong for one column. */
export interface ExportColumn {
  name: string
  type: 'Integer' | 'String' | 'Timestamp'
  unit: string
  says: string
}

const minutes = 'minutes'
const column = (name: string, type: ExportColumn['type'], says: string, unit = ''): ExportColumn => ({
  name,
  type,
  unit,
  says,
})

/** The 23 columns of the export, in its order. */
export const exportColumns: readonly ExportColumn[] = [
  column('Id', 'Integer', 'Number of the case.'),
  column('Requester id', 'Integer', 'Number of the person who asked.'),
  column('Group', 'String', 'Team in charge.'),
  column('Status', 'String', 'State of the case.'),
  column('Priority', 'String', 'How urgent the case is.'),
  column('Via', 'String', 'How the case came in.'),
  column('Created at', 'Timestamp', 'When the case was raised.'),
  column('Updated at', 'Timestamp', 'When the case was last changed.'),
  column('Assigned at', 'Timestamp', 'When the case was last given to somebody.'),
  column('Initially assigned at', 'Timestamp', 'When the case was first given to somebody.'),
  column('Solved at', 'Timestamp', 'When the case was solved.'),
  // Hours. Its dictionary says minutes, as that of the published export did: the difference is what a reader has to find.
  column('Resolution time', 'Integer', 'Time from raising to solving.', minutes),
  column('Satisfaction Score', 'String', 'Answer to the survey, 1 to 5; Offered where nobody answered.'),
  column('Reopens', 'Integer', 'How often the case was opened again.'),
  column('Replies', 'Integer', 'Public answers of agents.'),
  column('First reply time in minutes within business hours', 'Integer', 'Time to the first public answer.', minutes),
  column('First resolution time in minutes', 'Integer', 'Time to the first solution.', minutes),
  column('First resolution time in minutes within business hours', 'Integer', 'The same, while open.', minutes),
  column('Full resolution time in minutes', 'Integer', 'Time to the last solution.', minutes),
  column('Full resolution time in minutes within business hours', 'Integer', 'The same, while open.', minutes),
  column('Requester wait time in minutes', 'Integer', 'Time for which the requester waited.', minutes),
  column('Requester wait time in minutes within business hours', 'Integer', 'The same, while open.', minutes),
  column('Manual Tagging of Categories [list]', 'String', 'Categories given by hand; - where there is none.'),
]
