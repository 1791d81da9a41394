export { hitsList, useHit, useHits, useReviewHit, useWord, useWords, type HitFilter, type HitRecord, type Review, type WordFilter, type WordLine } from './queries'
export { ACTION_CHOICES, CHANNEL_WORDS, markOf, OUTCOME_WORDS, REVIEW_WORDS } from './words'
export { trendsList, useOwnCounts, useTrends, type Dimension, type TrendFilter, type TrendLine } from './trends'
