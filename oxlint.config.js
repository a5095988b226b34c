/**
 * oxlint checks in a fraction of the time that ESLint needs: in all TypeScript files the rules that need types, with
 * TypeScript's native compiler, and outside the application all other rules too. ESLint checks the rest: components, which
 * oxlint cannot read, and in the application what may import what.
 */
import js from '@eslint/js';
import ts from 'typescript-eslint';

/** The folders outside the application, which ESLint leaves to oxlint. */
export const outsideApplication = ['test/', 'setup/', 'packaging/'];

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

/** Rules for TypeScript that need types. */
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

export default {
  plugins: ['typescript'],
  // Only the rules below.
  categories: { correctness: 'off' },
  options: { typeAware: true },
  ignorePatterns: ['node_modules/', 'out/', 'dist/', '.native/', 'test-results/'],
  overrides: [
    {
      files: outsideApplication.map((folder) => `${folder}**`),
      env: { node: true, browser: true },
      rules: known(js.configs.recommended.rules),
    },
    { files: outsideApplication.map((folder) => `${folder}**/*.ts`), rules: known(strictRules) },
    { files: ['**/*.ts'], rules: known(typeRules) },
  ],
};
