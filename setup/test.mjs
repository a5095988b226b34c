/**
 * `npm test`: sets up what is missing, then runs every check. A failure does not keep the later ones from running.
 * The last line is `N passed, N failed`: the tests of all runners, and among the failed each check that is no test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { node24Executable } from './parts/node24.mjs';
import { prepare } from './prepare.mjs';
import { countPlaywright, countVitest, verdict } from './testing/counts.mjs';
import { onDisplay, runVisibly } from './testing/run-visibly.mjs';
import { SetupError, warn } from './tools/messages.mjs';
import { programOf } from './tools/run.mjs';

const node = process.execPath;
const reports = mkdtempSync(join(tmpdir(), 'digit-studio-tests-'));

/** Each check's name, and what runs it and gives its counts. */
const checks = {
  Types: () => tool(programOf('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.json'),
  'Svelte types': () => tool(programOf('svelte-check'), '--fail-on-warnings', '--tsconfig', './tsconfig.json'),
  Lint: () => tool(programOf('eslint'), '.', '--max-warnings', '0'),
  Formatting: () => tool(programOf('prettier'), '--check', '.'),
  'Unit tests': () => vitest(node, 'unit', []),
  // Of the many kills that were done above, a few show whether this Node differs.
  "The engine's unit tests on Node 24": () =>
    vitest(node24Executable(), 'engine', ['test/unit/src-main'], { KILLS: '5' }),
  Build: () => build().then(() => verdict(true)),
  'Window tests': () => playwright('window', 'playwright.config.ts'),
  Package: makePackage,
  'Packaged program': packagedProgram,
};

/** @param {string[]} command */
async function tool(...command) {
  return verdict((await runVisibly(node, command)) === 0);
}

/**
 * @param {string} nodeProgram
 * @param {string} name  of the report
 * @param {string[]} filters
 * @param {Record<string, string>} [environment]
 */
async function vitest(nodeProgram, name, filters, environment) {
  const report = join(reports, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = await runVisibly(nodeProgram, [programOf('vitest'), 'run', ...reporters, ...filters], environment);
  return countVitest(report, status);
}

/**
 * @param {string} name  of the report
 * @param {string} config
 * @param {string[]} [wrapper]  a command that runs the runner
 */
async function playwright(name, config, wrapper = []) {
  const report = join(reports, `${name}.json`);
  const runner = [node, programOf('@playwright/test', 'playwright'), 'test', '-c', config, '--reporter=list,json'];
  const [program, ...words] = [...wrapper, ...onDisplay(runner)];
  const status = await runVisibly(program, words, { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  return countPlaywright(report, status);
}

async function makePackage() {
  const { obstacleToPacking, prepareTrial } = await import('../packaging/trial.mjs');
  const reason = obstacleToPacking();
  if (reason) return skipped(reason);
  await prepareTrial();
  return verdict(true);
}

/** The tests of what `makePackage` made. */
async function packagedProgram() {
  const { obstacleToInstalling, obstacleToPacking, withoutNetwork } = await import('../packaging/trial.mjs');
  const { work } = await import('../packaging/layout.mjs');
  if (obstacleToPacking()) return skipped('there is no package');
  const reason = obstacleToInstalling();
  if (reason) warn(`The package is looked at, and not installed: ${reason}.`);
  const counts = await playwright('package', 'playwright.package.config.ts', reason ? [] : withoutNetwork);
  rmSync(work, { recursive: true });
  return counts;
}

/** @param {string} reason */
function skipped(reason) {
  warn(`Not done: ${reason}.`);
  return { ...verdict(true), skipped: 1 };
}

/** @param {string} name @param {() => Promise<import('./testing/counts.mjs').Counts>} check */
async function perform(name, check) {
  console.log(`\n=== ${name} ===`);
  const began = performance.now();
  const counts = await check().catch((error) => {
    console.error(error instanceof SetupError ? error.message : error);
    return verdict(false);
  });
  return { name, counts, seconds: (performance.now() - began) / 1000 };
}

const results = [];
const setUp = await perform('Set-up', () => prepare({ window: true, tests: true }).then(() => verdict(true)));
results.push(setUp);
if (setUp.counts.failed === 0) {
  for (const [name, check] of Object.entries(checks)) results.push(await perform(name, check));
}
rmSync(reports, { recursive: true });

console.log('\n=== Summary ===');
for (const { name, counts, seconds } of results) {
  const tests = counts.passed + counts.skipped > 0 ? `, ${counts.passed} passed, ${counts.skipped} skipped` : '';
  const outcome = counts.failed > 0 ? `✗ ${name}: ${counts.failed} failed` : `✓ ${name}`;
  console.log(`${outcome}${tests} (${seconds.toFixed(1)} s)`);
}
const sum = (kind) => results.reduce((total, { counts }) => total + counts[kind], 0);
process.exitCode = sum('failed') > 0 ? 1 : 0;
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
