import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** What of the main process touches Electron. */
const ofElectron = [
  'src-main/{index,window,menu,message,events,closing,crashes,diagnostics}.ts',
  'src-main/settings/store.ts',
  'src-main/ipc/**',
];

const electron = {
  name: 'electron',
  message: 'Of the main process only what the start, the window and ipc/ consist of touches Electron.',
};
const main = {
  group: ['**/src-main/**'],
  message: 'The window never imports the main process; the contract is in src-preload.',
};
const renderer = { group: ['**/src-renderer/**'], message: 'Only the window imports the window.' };
const ours = {
  group: ['../*', '**/src-main/**', '**/src-renderer/**'],
  message: 'The contract imports nothing of ours.',
};

/** What Electron's security guide warns of, and nothing here needs. */
const insecure = [
  {
    selector:
      'Property[key.name=/^(allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|webviewTag|nodeIntegrationIn.*)$/]',
    message: 'See docs/security.md.',
  },
  { selector: 'MemberExpression[property.name="openExternal"]', message: 'See docs/security.md.' },
];

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.native/', 'test-results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte', '**/*.svelte.ts'],
    extends: [...ts.configs.strictTypeChecked, ...ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // noUncheckedIndexedAccess asks for it in every loop over a typed array.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Over a typed array, counting is four to eight times as fast.
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  { files: ['src-renderer/**'], languageOptions: { globals: globals.browser } },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['src-main/**'],
    ignores: ofElectron,
    rules: { 'no-restricted-imports': ['error', { paths: [electron], patterns: [renderer] }] },
  },
  {
    files: ofElectron,
    rules: { 'no-restricted-imports': ['error', { patterns: [renderer] }] },
  },
  {
    files: ['src-renderer/**'],
    rules: { 'no-restricted-imports': ['error', { paths: [electron], patterns: [main] }] },
  },
  {
    files: ['src-preload/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [ours] }] },
  },
  { files: ['src-main/**'], rules: { 'no-restricted-syntax': ['error', ...insecure] } },
  {
    // One typed wrapper a side; nothing else speaks on the channels.
    files: ['src-main/**'],
    ignores: ['src-main/ipc/serve.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...insecure,
        { selector: 'ImportSpecifier[imported.name="ipcMain"]', message: 'Requests are served through ipc/serve.ts.' },
      ],
    },
  },
);
