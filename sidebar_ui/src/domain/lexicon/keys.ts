export const lexiconKeys = {
  all: ['lexicon'] as const,
  list: (filter: object) => ['lexicon', 'list', filter] as const,
  categories: ['lexicon', 'categories'] as const,
  owners: ['lexicon', 'owners'] as const,
  review: ['lexicon', 'review'] as const,
  replay: ['lexicon', 'replay'] as const,
  findings: (id: number, filter: object) => ['lexicon', 'findings', id, filter] as const,
  versions: ['lexicon', 'versions'] as const,
  diff: (older: string, newer: string) => ['lexicon', 'diff', older, newer] as const,
  examples: (body: object) => ['lexicon', 'examples', body] as const,
  trial: (body: object) => ['lexicon', 'try', body] as const,
}
