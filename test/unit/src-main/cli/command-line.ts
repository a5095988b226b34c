import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { builtCli } from '../../../built-cli';

export { ARTICLE } from '../article-network';

export const ROOT = join(import.meta.dirname, '../../../..');

const program = await builtCli();

export interface Result {
  status: number | null;
  lines: string[];
  errors: string;
}

/** Starts the command line for the duration of the test; `result` resolves when it has ended. */
export function start(...args: string[]): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(process.execPath, [program, ...args], { cwd: ROOT });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const result = new Promise<Result>((resolve) => {
    child.on('close', (status) => resolve({ status, lines: output.trimEnd().split('\n'), errors }));
  });
  return { child, result };
}

export const run = (...args: string[]) => start(...args).result;
