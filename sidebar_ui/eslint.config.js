import pluginVue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

const VANT = ['vant', 'vant/**']
const ELEMENT = ['element-plus', 'element-plus/**', 'echarts', 'echarts/**']
const WECOM = ['@wecom/**']
const ENTRIES = ['@sidebar/**', '@console/**']
const HTTP = ['openapi-fetch']

/** Who may not import what, and why. The last entry that fits a file counts. */
const WALLS = [
  ['src/api', [...ENTRIES, '@domain/**', '@ui/**', ...VANT, ...ELEMENT, ...WECOM], 'api/ stands at the bottom: it knows the server only.'],
  ['src/domain', [...ENTRIES, '@ui/**', ...VANT, ...ELEMENT, ...WECOM, ...HTTP, '@domain/*/**'], 'domain/ has no screen, and uses other domains by their index (@domain/x).'],
  ['src/ui', [...ENTRIES, ...VANT, ...ELEMENT, ...WECOM, ...HTTP, '@tanstack/**'], 'ui/ serves both pages and belongs to neither.'],
  ['src/sidebar', ['@console/**', ...ELEMENT, ...WECOM, ...HTTP], 'The sidebar knows nothing of the console; only sidebar/host/ knows WeCom.'],
  ['src/sidebar/pages', ['@console/**', '@sidebar/pages/**', '../*', ...ELEMENT, ...WECOM, ...HTTP], 'A page uses parts, never another page.'],
  ['src/sidebar/host', ['@console/**', ...ELEMENT, ...VANT, ...HTTP], 'host/ is the only place that knows WeCom, and knows nothing else.'],
  ['src/console', ['@sidebar/**', ...VANT, ...WECOM, ...HTTP], 'The console knows nothing of the sidebar.'],
  ['src/console/pages', ['@sidebar/**', '@console/pages/**', '../*', ...VANT, ...WECOM, ...HTTP], 'A page uses parts, never another page.'],
]

/** What Chrome 100 or Safari 14 lack, with what to use instead. */
const TOO_NEW = [
  ["CallExpression[callee.property.name='at'][arguments.length=1]", 'Safari 14 has no .at(): use list[list.length - 1].'],
  ["CallExpression[callee.property.name=/^(findLast|findLastIndex|toSorted|toReversed|toSpliced)$/]", 'Not on our floor: copy, then sort or loop.'],
  ["CallExpression[callee.object.name='Object'][callee.property.name='hasOwn']", 'Safari 14 has no Object.hasOwn().'],
  ["CallExpression[callee.object.name='Object'][callee.property.name='groupBy']", 'Not on our floor.'],
  ["MemberExpression[object.name='AbortSignal'][property.name=/^(timeout|any)$/]", 'Not on our floor: see api/client.ts.'],
  ["MemberExpression[property.name='randomUUID']", 'Needs https and Safari 15.4: see domain/send/pressId.ts.'],
].map(([selector, message]) => ({ selector, message }))

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/api/schema.d.ts'] },
  ...tseslint.configs.strict,
  ...pluginVue.configs['flat/essential'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, sourceType: 'module', extraFileExtensions: ['.vue'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...TOO_NEW],
      'no-restricted-globals': ['error', { name: 'structuredClone', message: 'Safari 14 has none.' }],
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': ['error', { ignores: ['App', 'Masked'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-restricted-static-attribute': ['error', { key: 'style', message: 'Our CSP allows no style attributes: use a class.' }],
      'vue/define-emits-declaration': 'error',
      'vue/define-props-declaration': 'error',
      'vue/no-unused-refs': 'error',
      'vue/prefer-true-attribute-shorthand': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.vue'],
    ignores: ['src/api/**', '**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'Only api/ calls fetch.' }, 'structuredClone'] },
  },
  ...WALLS.map(([folder, group, message]) => ({
    files: [`${folder}/**/*.ts`, `${folder}/**/*.vue`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
  })),
)
