import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastLogLines, log, openLog } from '../../../../src-main/app/log';
import { temporaryFolder } from '../../temporary-folder';

test('log entries are in the profile at once, with their time, and the log does not grow endlessly', async () => {
  const profile = await temporaryFolder();
  openLog(profile);
  log.info('first words');
  log.error('Uncaught:', new Error('a reason'));
  const file = join(profile, 'logs', 'main.log');
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] \[info\] +first words\n/);
  // With the position in the program.
  expect(text).toMatch(/\[error\] Uncaught: Error: a reason\n +at .*log\.test\.ts/);

  for (let i = 0; i < 3000; i++) log.info(`line ${i} ${'-'.repeat(1000)}`);
  expect(await readdir(join(profile, 'logs'))).toEqual(['main.log', 'main.old.log']);
  for (const name of ['main.log', 'main.old.log']) {
    expect((await stat(join(profile, 'logs', name))).size).toBeLessThan(1_100_000);
  }
  expect(lastLogLines(2).map((line) => /line \d+/.exec(line)?.[0])).toEqual(['line 2998', 'line 2999']);
});
