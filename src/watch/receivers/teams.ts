import { type AlertMessage, cut, type Notification } from '../notification.ts'

/** Teams takes 28 KB. */
const mostBytes = 27 * 1024

/** A notification as an Adaptive Card 1.4 for a workflow that waits for a webhook. Alerts that do not fit are counted. */
export function formatTeams(notification: Notification): string {
  for (let shown = Math.min(notification.messages.length, 20); ; shown--) {
    const body = JSON.stringify(cardOf(notification, shown))
    if (shown <= 1 || Buffer.byteLength(body) <= mostBytes) return body
  }
}

function cardOf({ title, messages, project }: Notification, shown: number): object {
  const rest = messages.length - shown
  const [first] = messages
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { ...block(title, 300), size: 'Medium', weight: 'Bolder' },
            ...messages.slice(0, shown).flatMap((message) => partsOf(message, messages.length > 1)),
            ...(rest > 0 ? [block(`+ ${rest}`, 20)] : []),
            { ...block(project, 200), isSubtle: true, size: 'Small' },
          ],
          actions: first
            ? [{ type: 'Action.OpenUrl', title: cut(first.link.label, 75), url: first.link.href.slice(0, 2000) }]
            : [],
        },
      },
    ],
  }
}

function partsOf({ title, text, why, facts, link }: AlertMessage, several: boolean): object[] {
  return [
    ...(several ? [{ ...block(title, 300), weight: 'Bolder', separator: true }] : []),
    block(text, 2000),
    ...why.slice(0, 6).map((each) => block(`- ${each}`, 600, 2)),
    {
      type: 'FactSet',
      facts: facts
        .slice(0, 10)
        .map(({ label, value }) => ({ title: escaped(cut(label, 100)), value: escaped(cut(value, 300)) })),
    },
    ...(several
      ? [
          {
            type: 'ActionSet',
            actions: [{ type: 'Action.OpenUrl', title: cut(link.label, 75), url: link.href.slice(0, 2000) }],
          },
        ]
      : []),
  ]
}

/** `kept`: so many characters at the beginning are ours and stay as they are. */
function block(text: string, length: number, kept = 0): Record<string, unknown> {
  const short = cut(text, length)
  return { type: 'TextBlock', text: short.slice(0, kept) + escaped(short.slice(kept)), wrap: true }
}

/** Cards read a part of Markdown: a link or a list in a name must stay text. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~|<>]/g, '\\$&').replace(/^([-+]|\d+\.)(?=\s)/, '\\$1')
}
