export const lexiconKeys = {
  all: ['lexicon'] as const,
  list: (filter: object) => ['lexicon', 'list', filter] as const,
  categories: ['lexicon', 'categories'] as const,
  impact: ['lexicon', 'impact'] as const,
  versions: ['lexicon', 'versions'] as const,
  trial: (body: object) => ['lexicon', 'try', body] as const,
}
