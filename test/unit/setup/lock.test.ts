import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { TemporaryProject } from './temporary-project';

/** Holds the lock for a time, and says when it begins and ends. */
const hold = (milliseconds: number) => `
  import { withLock } from './setup/tools/lock.mjs';
  await withLock(async () => {
    console.log('begins', Date.now());
    await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    console.log('ends', Date.now());
  });`;

function times(stdout: string) {
  const time = (word: string) => Number(new RegExp(`${word} (\\d+)`).exec(stdout)?.[1]);
  return { begins: time('begins'), ends: time('ends') };
}

describe('two set-ups at once', () => {
  it('work one after the other, and the second says that it waits', async () => {
    const project = new TemporaryProject();
    const runs = await Promise.all([project.run(hold(500)), project.run(hold(500))]);
    const [first, second] = runs.map(({ stdout }) => times(stdout)).sort((a, b) => a.begins - b.begins);
    expect(second?.begins).toBeGreaterThanOrEqual(first?.ends ?? NaN);
    expect(runs.filter(({ stderr }) => stderr.includes('waiting'))).toHaveLength(1);
  });

  it('do not wait for one that was killed', async () => {
    const project = new TemporaryProject();
    const first = project.start(hold(60_000));
    await once(first.child.stdout, 'data');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await project.run(hold(0));
    expect(second.status).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('wait for a program that a killed one had started', async () => {
    const project = new TemporaryProject();
    const [started, ended] = [project.path('started'), project.path('ended')];
    const program = `
      const { writeFileSync } = require('node:fs');
      writeFileSync(${JSON.stringify(started)}, '');
      setTimeout(() => writeFileSync(${JSON.stringify(ended)}, String(Date.now())), 3000);`;
    const first = project.start(`
      import { withLock } from './setup/tools/lock.mjs';
      import { run } from './setup/tools/run.mjs';
      await withLock(() => run(process.execPath, ['-e', ${JSON.stringify(program)}]));`);
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), { timeout: 30_000 });
    first.child.kill('SIGKILL');
    const second = await project.run(hold(0));
    // It began only when the program, which outlived the killed one, had ended.
    expect(times(second.stdout).begins).toBeGreaterThanOrEqual(Number(readFileSync(ended, 'utf8')));
  });
});
