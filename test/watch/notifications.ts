import type { AlertMessage, Notification } from '../../src/watch/notification.ts'

export function message(change: Partial<AlertMessage> = {}): AlertMessage {
  return {
    key: 'chat-sla/chat',
    rule: 'chat-sla',
    kind: 'threshold',
    segment: 'Chat',
    event: 'fired',
    severity: 'warning',
    owner: 'Ada',
    title: 'Chats in time: Chat',
    text: 'Chat acceptance rate (Chat) is 71.0% over the last 1 day, below the limit of 85.0%.',
    why: ['Before that it was 88.0%: −17.0 points.', 'Team: Billing −9.2 points.'],
    facts: [
      { label: 'Value', value: '71.0%' },
      { label: 'Limit', value: '85.0%' },
      { label: 'Rows', value: '412' },
    ],
    since: '2026-01-04T06:00:00.000Z',
    link: { href: 'https://cx.example/breakdown?m=chat_acceptance_rate', label: 'Open the page' },
    value: 0.71,
    limit: 0.85,
    n: 412,
    as_of: '2026-01-05T06:00:00Z',
    version: 'abc',
    ...change,
  }
}

export function notification(change: Partial<Notification> = {}): Notification {
  return {
    id: 'rapport-0123456789abcdef0123456789abcdef',
    receiver: 'team',
    at: '2026-01-05T06:00:00.000Z',
    project: 'Shop',
    title: 'Chats in time: Chat',
    messages: [message()],
    ...change,
  }
}

/** What a customer might have written into a field that is split by. */
export const hostile =
  '<!channel> <https://evil.example|click> <img src=x onerror=alert(1)> & "\'` [x](javascript:alert(1)) **b** \r\nBcc: a@b.c'
