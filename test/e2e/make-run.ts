import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtCli } from '../built-cli';
import { ROOT } from './studio';

const runs = mkdtempSync(join(tmpdir(), 'digit-studio-runs-'));
process.once('exit', () => {
  rmSync(runs, { recursive: true });
});
const trained = new Map<string, Promise<string>>();

/**
 * Puts a run into `folder`, by default one of 40 steps with checkpoints at steps 0, 20, 30 and 40. The command line trains
 * the first run with this name and these options; later ones are copies.
 */
export async function makeRun(folder: string, name: string, ...options: string[]): Promise<void> {
  const key = [name, ...options].join(' ');
  const run = trained.get(key) ?? train(join(runs, String(trained.size)), name, options);
  trained.set(key, run);
  await cp(await run, join(folder, name), { recursive: true });
}

/** @returns the run's folder */
async function train(folder: string, name: string, options: string[]): Promise<string> {
  const steps = options.includes('--stop-after-steps') ? [] : ['--stop-after-steps', '40'];
  const words = [await builtCli(), 'train', '--checkpoints', folder, '--run', name];
  await promisify(execFile)(process.execPath, [...words, ...steps, ...options], { cwd: ROOT });
  return join(folder, name);
}
