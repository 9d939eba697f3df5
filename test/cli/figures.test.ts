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
