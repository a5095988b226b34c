/** Runs checks in parallel, as many as the machine has cores. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { root } from '../tools/project.mjs';
import { verdict } from './counts.mjs';
import { Terminal } from './terminal.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string[]} command  the program and its arguments
 * @property {Record<string, string>} [environment]  added to the current environment
 * @property {(status: number) => import('./counts.mjs').Counts} [count]  gets the exit status; without it, only the exit
 *   status counts
 * @property {string} [after]  the name of an earlier check that must succeed before this one runs
 * @property {boolean} [usesAllCores]  whether it runs alone because it keeps all cores busy; by default it uses one core
 *
 * @typedef {{ name: string, counts: import('./counts.mjs').Counts, seconds: number }} Result
 */

/**
 * Runs all checks and shows their output. After a failure the others still run, except those that depend on the failed
 * check; these count as failed too.
 * @param {Check[]} checks  in the order in which they start
 * @param {{ cores?: number, show?: (chunk: string | Uint8Array) => void }} [options]
 * @returns {Promise<Result[]>} in the order of the checks
 */
export async function runSideBySide(
  checks,
  { cores = availableParallelism(), show = (chunk) => void process.stdout.write(chunk) } = {},
) {
  const terminal = new Terminal(show);
  /** @type {Map<string, Result>} */
  const results = new Map();
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  let freeCores = cores;

  /** @param {Check} check @param {number} taken  cores */
  async function perform(check, taken) {
    freeCores -= taken;
    const output = terminal.open();
    output.write(`\n=== ${check.name} ===\n`);
    const began = performance.now();
    const counts = await countsOf(check, output, check.after && results.get(check.after));
    results.set(check.name, { name: check.name, counts, seconds: (performance.now() - began) / 1000 });
    output.end();
    freeCores += taken;
  }

  let waiting = checks;
  while (waiting.length > 0 || running.size > 0) {
    const started = waiting.filter((check) => {
      const needed = check.usesAllCores ? cores : 1;
      if (needed > freeCores || (check.after && !results.has(check.after))) return false;
      const ended = perform(check, needed).finally(() => running.delete(ended));
      running.add(ended);
      return true;
    });
    waiting = waiting.filter((check) => !started.includes(check));
    await Promise.race(running);
  }
  return checks.map(({ name }) => results.get(name));
}

/**
 * @param {Check} check
 * @param {ReturnType<Terminal['open']>} output
 * @param {Result} [needed]  the result of the check that this one depends on
 */
async function countsOf(check, output, needed) {
  if (needed?.counts.failed > 0) {
    output.write(`Not run, because "${needed.name}" failed.\n`);
    return verdict(false);
  }
  const [program, ...words] = check.command;
  const child = spawn(program, words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...check.environment },
  });
  child.stdout.on('data', output.write);
  child.stderr.on('data', output.write);
  try {
    const [status] = await once(child, 'close');
    return check.count ? check.count(status ?? 1) : verdict(status === 0);
  } catch (error) {
    output.write(`${program} could not be run: ${error.message}\n`);
    return verdict(false);
  }
}
