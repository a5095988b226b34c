/**
 * `npm test`: sets up what is missing, then runs every check. After a failure the other checks still run.
 * The last line is `N passed, N failed`. It counts the tests of all runners, and each failed check that is not a test.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { work } from '../packaging/layout.mjs';
import { node24Executable } from './parts/node24.mjs';
import { prepare } from './prepare.mjs';
import { countPlaywright, countVitest, verdict } from './testing/counts.mjs';
import { runSideBySide } from './testing/side-by-side.mjs';
import { staticChecks } from './testing/static-checks.mjs';
import { showSummary } from './testing/summary.mjs';
import { SetupError, warn } from './tools/messages.mjs';
import { root } from './tools/project.mjs';
import { programOf } from './tools/run.mjs';

/** @typedef {import('./testing/side-by-side.mjs').Check} Check */

/**
 * Tests of everything that depends on Node's version: the native binding, threads, killed processes, file errors, and
 * locks (with which processes of the command line are started). The declared Electron contains Node 24.
 */
const NODE_24 = [
  'network/graph-network.test.ts',
  'network/network.native.test.ts',
  'network/network.webassembly.test.ts',
  'session/disk.test.ts',
  'session/violence.test.ts',
  'engine/engine-supervisor.test.ts',
  'checkpoints/lock.test.ts',
];

const reports = mkdtempSync(join(tmpdir(), 'digit-studio-tests-'));

/** @returns {Promise<Check[]>} the checks that keep one core busy come first, since they run in parallel */
async function checks() {
  const [lint, ...others] = staticChecks();
  return [
    { name: 'Build', command: [process.execPath, 'setup/testing/build.mjs'] },
    lint,
    // Started first, since it takes long and other checks wait for it.
    ...(await packageChecks()),
    {
      // On one core, and with fewer kills than below, which suffice to show whether this Node differs.
      ...vitest('Unit tests on Node 24', node24Executable(), NODE_24.map(existing)),
      environment: { VITEST_MAX_WORKERS: '1', KILLS: '2' },
    },
    ...others,
    { ...vitest('Unit tests', process.execPath, []), usesAllCores: true },
    { ...playwright('Window tests', 'playwright.config.ts'), after: 'Build', usesAllCores: true },
  ];
}

/** @param {string} name  of a file among the main process's unit tests @returns {string} its path */
function existing(name) {
  const path = `test/unit/src-main/${name}`;
  if (!existsSync(join(root, path))) throw new Error(`NODE_24 in setup/test.mjs names ${path}, which does not exist.`);
  return path;
}

/** The checks that build the package and test it. */
async function packageChecks() {
  // Needs npm packages, which are installed by set-up.
  const { obstacleToInstalling, obstacleToPacking, withoutNetwork } = await import('../packaging/trial.mjs');
  const none = obstacleToPacking();
  if (none) {
    warn(`The package is not built and not tested: ${none}.`);
    return [];
  }
  const reason = obstacleToInstalling();
  if (reason) warn(`The package is inspected but not installed: ${reason}.`);
  return [
    { name: 'Package', command: [process.execPath, 'packaging/make-trial.mjs'], after: 'Build' },
    {
      ...playwright('Packaged program', 'playwright.package.config.ts', reason ? [] : withoutNetwork),
      after: 'Package',
    },
  ];
}

/**
 * @param {string} name
 * @param {string} node  the program
 * @param {string[]} words
 * @returns {Check}
 */
function vitest(name, node, words) {
  const report = join(reports, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name,
    command: [node, programOf('vitest'), 'run', ...reporters, ...words],
    count: (status) => countVitest(report, status),
  };
}

/**
 * @param {string} name
 * @param {string} config
 * @param {string[]} [wrapper]  a command that runs the runner
 * @returns {Check}
 */
function playwright(name, config, wrapper = []) {
  const report = join(reports, `${name}.json`);
  const runner = [programOf('@playwright/test', 'playwright'), 'test', '-c', config, '--reporter=list,json'];
  return {
    name,
    command: [...wrapper, process.execPath, ...runner],
    environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    count: (status) => countPlaywright(report, status),
  };
}

async function setUp() {
  console.log('=== Set-up ===');
  const began = performance.now();
  let counts = verdict(true);
  try {
    await prepare({ window: true, tests: true });
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    counts = verdict(false);
  }
  return { name: 'Set-up', counts, seconds: (performance.now() - began) / 1000 };
}

const results = [await setUp()];
if (results[0].counts.failed === 0) results.push(...(await runSideBySide(await checks())));
rmSync(reports, { recursive: true });
rmSync(work, { recursive: true, force: true });
showSummary(results);
