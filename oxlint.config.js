/**
 * The rules that need types. oxlint checks them in TypeScript files, with TypeScript's native compiler, in a fifth of the
 * time that ESLint needs. ESLint checks them in components, which oxlint cannot read, and all other rules in all files.
 */
import ts from 'typescript-eslint';

const strict = [...ts.configs.strictTypeCheckedOnly, ...ts.configs.stylisticTypeCheckedOnly]
  .flatMap(({ rules = {} }) => Object.entries(rules))
  .filter(([name]) => name.startsWith('@typescript-eslint/'));

export const typeRules = {
  ...Object.fromEntries(strict),
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
};

const known = { ...typeRules };
// oxlint does not have this one yet.
delete known['@typescript-eslint/no-unsafe-class-instance-assignment'];

export default {
  plugins: ['typescript'],
  // Only the rules below.
  categories: { correctness: 'off' },
  options: { typeAware: true },
  ignorePatterns: ['node_modules/', 'out/', 'dist/', '.native/', 'test-results/'],
  overrides: [{ files: ['**/*.ts'], rules: known }],
};
