import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder';
import { realRoot } from './temporary-project';

describe('the command line', () => {
  it('passes on the exit status, and writes nothing of its own to standard output', () => {
    const wrong = spawnSync(process.execPath, ['setup/cli.mjs', 'train', '--bogus'], {
      cwd: realRoot,
      encoding: 'utf8',
    });
    expect(wrong.status).toBe(2);
    expect(wrong.stdout).toBe('');
  });

  it.skipIf(process.platform === 'win32')('counts one Ctrl+C, which arrives twice, as one', async () => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, ['setup/cli.mjs', 'train', '--checkpoints', folder], { cwd: realRoot });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      if (output === '') {
        child.kill('SIGINT');
        setTimeout(() => child.kill('SIGINT'), 20);
      }
      output += data.toString();
    });
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status).toBe(0);
    expect(output.trimEnd().split('\n').at(-1)).toMatch(/^\{"run":"run-1","checkpoint":/);
  });
});
