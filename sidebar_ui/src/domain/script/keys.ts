export const scriptKeys = {
  all: ['scripts'] as const,
  list: (filter: object) => ['scripts', 'list', filter] as const,
  folders: ['script-folders'] as const,
}
