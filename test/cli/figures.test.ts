import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, makeFolder, problems, removeFolder, run, write } from './command.ts'

/** `rapport check --figures`: published figures by the command. */
let folder: string

const table = `metric;by;group;value;surface
Solved;team;overall;87,45 %;
Solved;team;Support;49,02 %;
Solved;team;Onboardings;40,38 %;
Requester wait time;team;Support;98.8 h;chart
Requester wait time;team;Support;2,969.89 min;table
`

beforeAll(async () => {
  folder = await makeFolder()
  await write(folder, {
    'slides.csv': table,
    'right.json': JSON.stringify({
      figures: [
        { metric: 'CSAT', group: null, value: 4.2, scale: '1-5' },
        { metric: 'CSAT', group: 'chat', value: 4.4, scale: '1-5' },
        { metric: 'CSAT', group: 'mail', value: 4.1, scale: '1-5' },
      ],
    }),
    'rows.csv': 'Ticket ID,Status\n1,open\n',
    'team.csv': `Team,n,Solved %,First resolution time (h),Full resolution time (h),First and full resolution (h),Cases %,Remark
Overall,,87.45,34.2,3.42,,100,all
Support,400,49.02,37.8,56.9,47,60,slow
Claims,100,40.38,20.0,47.0,33.5,40,
`,
    'chart.csv': 'Team,Requester wait time (h)\nSupport,98.8\nClaims,12\n',
    'table.csv': 'Team;Requester wait time in minutes\nSupport;2,969.89\nClaims;720\n',
    'whole.csv': 'Status,Cases,Share %,CSAT\nTotal,100,100,3.5\nopen,40,40,3.2\nclosed,60,60,3.7\n',
    'words.csv': 'metric,group,value\nCSAT,,many\n,,4\n',
    'broken.json': '[{"metric": ',
  })
})
afterAll(() => removeFolder(folder))

test.concurrent('what cannot be ends with 3, with the evidence', async () => {
  const answer = await json<{ figures: number; findings: { code: string; where: string }[] }>(
    ['check', '--figures', 'slides.csv'],
    { folder, code: 3 },
  )
  expect(answer.figures).toBe(5)
  expect(answer.findings.map(({ code, where }) => [code, where])).toEqual([
    ['overall-outside', 'slides.csv:2'],
    ['part-and-whole', 'slides.csv:2'],
    ['surfaces-apart', 'slides.csv:6'],
  ])
})

test.concurrent('in French, and in words', async () => {
  const { code, stdout } = await run(['check', '--figures', 'slides.csv', '--lang', 'fr'], { folder })
  expect(code).toBe(3)
  expect(stdout).toContain('slides.csv:2: Solved : les chiffres des groupes ressemblent à partie / (partie + tout).')
})

test.concurrent('a table of one group a row, one metric a column: rates, means, two measures in one', async () => {
  const answer = await json<{ figures: number; findings: { code: string; where: string; message: string }[] }>(
    ['check', '--figures', 'team.csv'],
    { folder, code: 3 },
  )
  expect(answer.findings.map(({ code, where }) => [code, where])).toEqual([
    ['overall-outside', 'team.csv:2'],
    ['part-and-whole', 'team.csv:2'],
    ['overall-outside', 'team.csv:2'],
    ['two-averaged', 'team.csv:3'],
    ['two-averaged', 'team.csv:4'],
    ['part-may-outlast-whole', 'team.csv:2'],
  ])
  expect(answer.findings[1]?.message).toContain('Support 96.16%, Claims 67.73%')
  expect(answer.findings[3]?.message).toContain('47 h is the middle (47.4 h) of First resolution time (37.8 h)')
})

test.concurrent('a chart and its table in two files: 98.8 and 49.5 h', async () => {
  const answer = await json<{ findings: { code: string; message: string }[] }>(
    ['check', '--figures', 'chart.csv', 'table.csv'],
    { folder, code: 3 },
  )
  expect(answer.findings.map(({ code }) => code)).toEqual(['surfaces-apart'])
  expect(answer.findings[0]?.message).toContain('98.8 h in chart.csv and 2,969.89 min in table.csv, a factor of 2')
})

test.concurrent('counts, shares and means that fit their whole', async () => {
  const { code, stdout } = await run(['check', '--figures', 'whole.csv'], { folder })
  expect([code, stdout.trim()]).toEqual([0, '9 figures read; nothing contradicts anything.'])
})

test.concurrent('figures that fit end with 0', async () => {
  const { code, stdout } = await run(['check', '--figures', 'right.json'], { folder })
  expect([code, stdout.trim()]).toEqual([0, '3 figures read; nothing contradicts anything.'])
})

test.concurrent('a file that holds no figures is refused with what it would need', async () => {
  const [rows, words, broken, absent] = await Promise.all([
    problems(['check', '--figures', 'rows.csv'], 3, { folder }),
    problems(['check', '--figures', 'words.csv'], 3, { folder }),
    problems(['check', '--figures', 'broken.json'], 3, { folder }),
    problems(['check', '--figures', 'absent.csv'], 5, { folder }),
  ])
  expect([rows, words, broken, absent].map((each) => each.map(({ code }) => code))).toEqual([
    ['figures-columns'],
    ['figure-unreadable', 'figure-nameless'],
    ['json-unreadable'],
    ['file-unreadable'],
  ])
})
