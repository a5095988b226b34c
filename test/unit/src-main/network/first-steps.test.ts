import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Before the halves of a batch waited for each other, two of five processes computed something else. */
const PROCESSES = 4;

test('the same first step gives the same weights in every process', async () => {
  const script = join(import.meta.dirname, 'first-steps.ts');
  const answers = new Set<string>();
  // One after the other: the fault showed on idle cores.
  for (let i = 0; i < PROCESSES; i++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
    for (const line of stdout.trim().split('\n')) answers.add(line);
  }
  expect([...answers].map((line) => line.split(' ')[0]).sort()).toEqual(['32', '64']);
});
