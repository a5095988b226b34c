import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { outsideApplication, strictRules, typeRules } from './oxlint.config.js';
import svelteConfig from './svelte.config.js';

/**
 * The folders of the main process, uppermost first. A folder imports only from those below it.
 * test/unit/imports.test.ts also checks that there are no circular imports.
 */
const layers = [
  ...['cli', 'ipc', 'app', 'engine', 'session', 'analysis', 'synthesis', 'recognition', 'exchange', 'drawings'],
  ...['checkpoints', 'training', 'network', 'data', 'base'],
];

/** The folders that may use Electron, besides index.ts. */
const electronLayers = ['ipc', 'app'];

const electron = {
  name: 'electron',
  message: `Only index.ts, ${electronLayers.join('/ and ')}/ use Electron.`,
};
const main = {
  group: ['**/src-main/**'],
  message: 'The window must not import the main process; the contract is in src-preload.',
};
const renderer = { group: ['**/src-renderer/**'], message: 'Only the window may import the window.' };
const ours = {
  group: ['../*', '**/src-main/**', '**/src-renderer/**'],
  message: 'The contract must not import our other code.',
};

/** Features that Electron's security guide warns of and that are not needed here. */
const insecure = [
  {
    selector:
      'Property[key.name=/^(allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|webviewTag|nodeIntegrationIn.*)$/]',
    message: 'See docs/security.md.',
  },
  { selector: 'MemberExpression[property.name="openExternal"]', message: 'See docs/security.md.' },
];

/** @param {number} index  of a layer */
function layersAbove(index) {
  const above = ['index', ...layers.slice(0, index)];
  const message = 'A folder imports only from those below it; see `layers` in eslint.config.js.';
  return [{ regex: `^(\\.\\./)+(${above.join('|')})(/|$)`, message }];
}

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.native/', 'test-results/', ...outsideApplication] },
  js.configs.recommended,
  { files: ['**/*.ts', '**/*.svelte'], extends: [ts.configs.base], rules: strictRules },
  {
    files: ['**/*.svelte'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: typeRules,
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // They are TypeScript like any other.
    files: ['**/*.svelte.ts'],
    languageOptions: { parser: ts.parser },
  },
  { files: ['src-renderer/**'], languageOptions: { globals: globals.browser } },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['src-main/index.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [renderer] }] },
  },
  ...layers.map((layer, index) => ({
    files: [`src-main/${layer}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: electronLayers.includes(layer) ? [] : [electron],
          patterns: [renderer, ...layersAbove(index)],
        },
      ],
    },
  })),
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
    // Each side has one typed wrapper; nothing else may use the channels.
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
