import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

function setUp() {
  const project = new TemporaryProject();
  const log = project.write('log', '');
  /** Starts a process that holds the lock, and logs when it gets and releases it. */
  const start = (name: string, work: string) =>
    project.start(`
      import { appendFileSync } from 'node:fs';
      import { once } from 'node:events';
      import { withLock } from './setup/tools/lock.mjs';
      import { run } from './setup/tools/run.mjs';
      const note = (word) => {
        appendFileSync(${JSON.stringify(log)}, '${name} ' + word + '\\n');
        console.log(word);
      };
      await withLock(async () => {
        note('begins');
        ${work}
        note('ends');
      });
      process.stdin.destroy();`);
  return { project, start, noted: () => readFileSync(log, 'utf8').trim().split('\n') };
}

/** Waits until this process writes to the child. */
const UNTIL_TOLD = `await once(process.stdin, 'data');`;

/** Resolves when the process has written this. */
async function says(stream: NodeJS.ReadableStream, word: string): Promise<void> {
  let text = '';
  while (!text.includes(word)) {
    const [data] = (await once(stream, 'data')) as [Buffer];
    text += data.toString();
  }
}

describe('two set-ups at once', () => {
  it('run one after the other, and the second says that it waits', async () => {
    const { start, noted } = setUp();
    const first = start('first', UNTIL_TOLD);
    await says(first.child.stdout, 'begins');
    const second = start('second', '');
    await says(second.child.stderr, 'waiting');
    first.child.stdin.write('end');
    expect((await first.ended).status).toBe(0);
    expect((await second.ended).status).toBe(0);
    expect(noted()).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('do not wait for a killed one', async () => {
    const { start, noted } = setUp();
    const first = start('first', UNTIL_TOLD);
    await says(first.child.stdout, 'begins');
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await start('second', '').ended).status).toBe(0);
    expect(noted()).toEqual(['first begins', 'second begins', 'second ends']);
  });

  it.skipIf(process.platform === 'win32')('wait for a program that a killed one started', async () => {
    const { project, start, noted } = setUp();
    const [log, pipe] = [project.path('log'), project.path('pipe')];
    execFileSync('mkfifo', [pipe]);
    // Reading the pipe ends when this process writes to it.
    const program = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(${JSON.stringify(log)}, 'program begins\\n');
      readFileSync(${JSON.stringify(pipe)});
      appendFileSync(${JSON.stringify(log)}, 'program ends\\n');`;
    const first = start('first', `await run(process.execPath, ['-e', ${JSON.stringify(program)}]);`);
    await says(first.child.stdout, 'begins');
    await expect.poll(noted, { timeout: 30_000 }).toContain('program begins');
    first.child.kill('SIGKILL');
    const second = start('second', '');
    await says(second.child.stderr, 'waiting');
    writeFileSync(pipe, 'end');
    expect((await second.ended).status).toBe(0);
    expect(noted()).toEqual(['first begins', 'program begins', 'program ends', 'second begins', 'second ends']);
  });
});
