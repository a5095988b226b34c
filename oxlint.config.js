/**
 * oxlint checks everything but components, which it cannot read, in a fraction of the time that ESLint needs. ESLint checks
 * components by the same rules, and the few rules that oxlint does not have; see eslint.config.js.
 */
import js from '@eslint/js';
import ts from 'typescript-eslint';

/** @param {import('typescript-eslint').ConfigArray} configs */
const rulesOf = (configs) => Object.assign({}, ...configs.map(({ rules }) => rules));

/** Rules for TypeScript that do not need types. */
export const strictRules = {
  ...rulesOf([...ts.configs.strict, ...ts.configs.stylistic]),
  // noUncheckedIndexedAccess requires it in every loop over a typed array.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Over a typed array, a counting loop is four to eight times as fast.
  '@typescript-eslint/prefer-for-of': 'off',
};

/** Rules for TypeScript that need types. oxlint checks them with TypeScript's native compiler. */
export const typeRules = {
  ...rulesOf([...ts.configs.strictTypeCheckedOnly, ...ts.configs.stylisticTypeCheckedOnly]),
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
};

/** Rules that oxlint does not have. The first two forbid what is not allowed in modules anyway. */
const missing = [
  ...['no-dupe-args', 'no-octal', 'no-new-symbol', 'no-return-await'],
  '@typescript-eslint/no-unsafe-class-instance-assignment',
];

/** @param {Record<string, unknown>} rules */
const known = (rules) => Object.fromEntries(Object.entries(rules).filter(([name]) => !missing.includes(name)));

/**
 * The folders of the main process, uppermost first. A folder imports only from those below it.
 * test/unit/imports.test.ts also checks that there are no circular imports.
 */
const layers = [
  ...['cli', 'ipc', 'app', 'engine', 'session', 'analysis', 'synthesis', 'recognition', 'exchange', 'drawings'],
  ...['checkpoints', 'training', 'network', 'data', 'base'],
];

/** The folders that may use Electron, besides index.ts. */
export const electronLayers = ['ipc', 'app'];

const electron = {
  name: 'electron',
  message: `Only index.ts, ${electronLayers.join('/ and ')}/ use Electron.`,
};
const requests = {
  name: 'electron',
  importNames: ['ipcMain'],
  message: 'Requests are served through ipc/serve.ts.',
};
const main = {
  group: ['**/src-main/**'],
  message: 'The window must not import the main process; the contract is in src-preload.',
};
const renderer = { group: ['**/src-renderer/**'], message: 'Only the window may import the window.' };
const ours = {
  group: ['../**', '**/src-main/**', '**/src-renderer/**'],
  message: 'The contract must not import our other code.',
};

/** @param {number} index  of a layer */
function layersAbove(index) {
  const above = ['index', ...layers.slice(0, index)];
  const message = 'A folder imports only from those below it; see `layers` in oxlint.config.js.';
  return [{ regex: `^(\\.\\./)+(${above.join('|')})(/|$)`, message }];
}

/** @param {object[]} paths  packages that must not be imported @param {object[]} patterns  the same for files */
const withoutImports = (paths, patterns) => ({ 'no-restricted-imports': ['error', { paths, patterns }] });

/** For the window, in components too. */
export const windowImports = withoutImports([electron], [main]);

export default {
  plugins: ['typescript'],
  // Only the rules below.
  categories: { correctness: 'off' },
  options: { typeAware: true },
  ignorePatterns: ['**/*.svelte', 'node_modules/', 'out/', 'dist/', '.native/', 'test-results/'],
  env: { node: true, browser: true },
  rules: known(js.configs.recommended.rules),
  overrides: [
    { files: ['**/*.ts'], rules: { ...known(strictRules), ...known(typeRules) } },
    ...layers.map((layer, index) => ({
      files: [`src-main/${layer}/**`],
      rules: withoutImports([electronLayers.includes(layer) ? requests : electron], [renderer, ...layersAbove(index)]),
    })),
    { files: ['src-main/index.ts'], rules: withoutImports([requests], [renderer]) },
    // Each side has one typed wrapper of the channels; nothing else may use them.
    { files: ['src-main/ipc/serve.ts'], rules: withoutImports([], [renderer]) },
    { files: ['src-renderer/**'], rules: windowImports },
    { files: ['src-preload/**'], rules: withoutImports([], [ours]) },
  ],
};
