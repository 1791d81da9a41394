export const massKeys = {
  all: ['mass-messages'] as const,
  list: (filter: object) => ['mass-messages', 'list', filter] as const,
  one: (id: number) => ['mass-messages', 'one', id] as const,
  senders: (id: number) => ['mass-messages', 'one', id, 'senders'] as const,
  recipients: (id: number, filter: object) => ['mass-messages', 'one', id, 'recipients', filter] as const,
  preview: (id: number, audience: object) => ['mass-preview', id, audience] as const,
}
