/** The checks that run nothing of the application: types, lint and format. */
import { programOf } from '../tools/run.mjs';

/** @param {string} name @param {string[]} command  a program's script and its arguments @returns {import('./side-by-side.mjs').Check} */
const check = (name, ...command) => ({ name, command: [process.execPath, ...command] });

/**
 * @param {{ cached?: boolean }} [options]  whether files that have not changed are not linted again. A rule that looks
 *   at types may miss then that a file has become wrong by a change of another one.
 */
export function staticChecks({ cached = false } = {}) {
  const cache = cached
    ? ['--cache', '--cache-strategy', 'content', '--cache-location', 'node_modules/.cache/eslint/']
    : [];
  return [
    check('Lint', programOf('eslint'), '.', '--max-warnings', '0', ...cache),
    // Checks the TypeScript files as tsc does, and the components with them.
    check('Types', programOf('svelte-check'), '--fail-on-warnings', '--tsconfig', './tsconfig.json'),
    check('Format', programOf('prettier'), '--check', '.', '--cache', '--cache-strategy', 'content'),
  ];
}
