/**
 * Shows the result of each check and sets the exit status. The last line is `N passed, N failed`. It counts the tests of
 * all runners, and each failed check that is not a test.
 * @param {import('./side-by-side.mjs').Result[]} results
 */
export function showSummary(results) {
  console.log('\n=== Summary ===');
  for (const { name, counts, seconds } of results) {
    const tests = counts.passed + counts.skipped > 0 ? `, ${counts.passed} passed, ${counts.skipped} skipped` : '';
    const outcome = counts.failed > 0 ? `✗ ${name}: ${counts.failed} failed` : `✓ ${name}`;
    console.log(`${outcome}${tests} (${seconds.toFixed(1)} s)`);
  }
  const sum = (kind) => results.reduce((total, { counts }) => total + counts[kind], 0);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
}
