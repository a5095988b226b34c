import { spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, expect, test } from './studio';

/** Runs `npm start` with this script in place of Electron. */
async function start(folder: string, script: string): Promise<{ status: number | null; shown: string }> {
  await writeFile(join(folder, 'electron'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'electron'), 0o755);
  await writeFile(join(folder, 'version'), '45.0.0');
  const environment = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder };
  const words = [join(ROOT, 'setup/start.mjs'), '--no-sandbox'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env: environment });
  return { status, shown: stdout + stderr };
}

test.skip(process.platform !== 'linux', 'Electron is a shell script here');
// One after the other: both write the same log.
test.describe.configure({ mode: 'default' });

test('npm start with nothing to set up prints one line; notices of Electron and TensorFlow go to a file', async ({
  folder,
}) => {
  const { status, shown } = await start(folder, `echo 'a notice'; echo 'Failed to connect to the bus' >&2`);
  expect(status).toBe(0);
  expect(shown.trimEnd().split('\n')).toEqual([expect.stringMatching(/^• Opening Digit Studio \(Electron 45\.0\.0/)]);
  expect(await readFile(join(ROOT, '.native/window.log'), 'utf8')).toBe('a notice\nFailed to connect to the bus\n');
});

test('npm start shows the last output of Electron if it ends unexpectedly', async ({ folder }) => {
  const { status, shown } = await start(folder, `echo 'cannot open shared object file' >&2; exit 127`);
  expect(status).toBe(1);
  expect(shown).toMatch(/ended unexpectedly \(status 127\)[^]*cannot open shared object file\n$/);
});
