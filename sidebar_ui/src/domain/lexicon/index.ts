export { lexiconFile, useLexiconActs, type EntryEdit, type ImportBody, type NewEntry } from './mutations'
export { useCategories, useEntries, useImpact, useTrial, useVersions, type Entry, type EntryFilter, type EntryList, type TryBody, type Version } from './queries'
export { bodyOf, changesOf, DISGUISES, formOf, listed, type Disguise, type EntryForm } from './form'
