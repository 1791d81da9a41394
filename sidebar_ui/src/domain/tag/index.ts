export { useSetTags, useTagGroups, type TagChange, type TagGroup, type TagItem } from './tags'
export { initials, matches } from './initials'
export { useTagActs, type TagEdit } from './editing'
