/**
 * `npm run audit`: asks the registry for known vulnerabilities in the lockfile's packages. Fails on those that npm calls
 * high or critical. If the registry does not answer, it says so and does not fail.
 */
import { spawnSync } from 'node:child_process';
import { root } from '../setup/tools/project.mjs';

const SEVERE = new Set(['high', 'critical']);

/**
 * @typedef {object} Vulnerability  as reported by `npm audit`
 * @property {string} name
 * @property {string} severity
 * @property {(string | { title: string, url: string })[]} via  advisories, and packages that cause it
 */

const { stdout, stderr } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  // npm is a batch file on Windows.
  shell: process.platform === 'win32',
});
const report = parse(stdout);
if (report?.vulnerabilities) judge(Object.values(report.vulnerabilities));
else console.log(`Not checked: the registry returned no advisories (${report?.message ?? stderr.trim()}).`);

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Vulnerability[]} vulnerabilities */
function judge(vulnerabilities) {
  for (const { name, severity, via } of vulnerabilities) {
    const reasons = via.map((reason) =>
      typeof reason === 'string' ? `by ${reason}` : `${reason.title} ${reason.url}`,
    );
    console.log(`${severity}: ${name}: ${reasons.join('; ')}`);
  }
  const severe = vulnerabilities.filter(({ severity }) => SEVERE.has(severity));
  console.log(`${vulnerabilities.length} packages with known vulnerabilities, ${severe.length} of them severe.`);
  if (severe.length > 0) process.exitCode = 1;
}
