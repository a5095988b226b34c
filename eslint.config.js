/** Components, and rules that oxlint does not have. All other rules are in oxlint.config.js. */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { electronLayers, strictRules, typeRules, windowImports } from './oxlint.config.js';
import svelteConfig from './svelte.config.js';

/** Features that Electron's security guide warns of and that are not needed here. */
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
  {
    files: ['**/*.svelte'],
    extends: [js.configs.recommended, ts.configs.base, svelte.configs.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        svelteConfig,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: { ...strictRules, ...typeRules, ...windowImports },
  },
  {
    // They are TypeScript like any other, but have rules of Svelte's too.
    files: ['**/*.svelte.ts'],
    extends: [svelte.configs.recommended],
    languageOptions: { parser: ts.parser },
  },
  {
    files: ['src-main/index.ts', ...electronLayers.map((layer) => `src-main/${layer}/**/*.ts`)],
    languageOptions: { parser: ts.parser },
    rules: { 'no-restricted-syntax': ['error', ...insecure] },
  },
);
