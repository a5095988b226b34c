/** Reads the test runners' reports. A runner that crashed or ran nothing counts as at least one failure. */
import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The counts of a check that is not a test: only a failure counts. @param {boolean} well @returns {Counts} */
export function verdict(well) {
  return { passed: 0, failed: well ? 0 : 1, skipped: 0 };
}

/** @param {string} report  file of vitest's JSON reporter @param {number} status  vitest's exit status */
export function countVitest(report, status) {
  return count(report, status, (json) => ({
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
  }));
}

/** @param {string} report  file of Playwright's JSON reporter @param {number} status  Playwright's exit status */
export function countPlaywright(report, status) {
  return count(report, status, ({ stats }) => ({
    // A flaky test failed and passed when it was repeated.
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }));
}

/**
 * @param {string} report
 * @param {number} status
 * @param {(json: any) => Counts} read
 * @returns {Counts}
 */
function count(report, status, read) {
  if (!existsSync(report)) return verdict(false);
  const counts = read(JSON.parse(readFileSync(report, 'utf8')));
  const endedBadly = status !== 0 || counts.passed + counts.failed === 0;
  return { ...counts, failed: endedBadly ? Math.max(1, counts.failed) : counts.failed };
}
