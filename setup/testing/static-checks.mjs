/** The checks that do not run the application: types, lint and format. */
import { programOf } from '../tools/run.mjs';

/** @param {string} name @param {string[]} command  a program's script and its arguments @returns {import('./side-by-side.mjs').Check} */
const check = (name, ...command) => ({ name, command: [process.execPath, ...command] });

/**
 * @param {{ cached?: boolean }} [options]  whether to skip linting unchanged files. A rule that uses types may then miss
 *   that a change in another file made a file wrong.
 */
export function staticChecks({ cached = false } = {}) {
  const cache = cached
    ? ['--cache', '--cache-strategy', 'content', '--cache-location', 'node_modules/.cache/eslint/']
    : [];
  return [
    {
      ...check('Lint by ESLint', programOf('eslint'), '.', '--max-warnings', '0', ...cache),
      // Gives TypeScript the components as it will read them, so that it does not check everything anew for each of them.
      environment: { SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK: '1' },
    },
    check('Lint by oxlint', programOf('oxlint'), '-c', 'oxlint.config.js'),
    // Checks the TypeScript files like tsc, and the components too.
    check('Types', programOf('svelte-check'), '--fail-on-warnings', '--tsconfig', './tsconfig.json'),
    check('Format', programOf('prettier'), '--check', '.', '--cache', '--cache-strategy', 'content'),
  ];
}
