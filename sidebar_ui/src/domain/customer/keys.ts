export const customerKeys = {
  card: (externalUserId: string) => ['customers', externalUserId, 'card'] as const,
  timeline: (externalUserId: string) => ['customers', externalUserId, 'timeline'] as const,
}
