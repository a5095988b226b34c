import { expect } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { obstacleToInstalling } from '../../packaging/trial.mjs';
import { trialPackage } from '../../packaging/linux/packages.mjs';
import { readCheckpoint } from '../../src-main/checkpoints/checkpoint';
import { test } from '../display';
import { draw } from '../e2e/pad';
import { InstalledStudio, ORDINARY_USER, aptGet } from './installed-studio';

const INSPECTOR_PORT = 9229;

const reason = obstacleToInstalling();
test.skip(reason !== null, reason ?? '');

/** An ordinary user's home folder, in whose settings a checkpoint folder is chosen. */
async function makeHome(): Promise<{ home: string; profile: string; folder: string; intruder: string }> {
  const home = await mkdtemp(join(tmpdir(), 'digit-studio-home-'));
  const profile = join(home, 'profile');
  const folder = join(home, 'Checkpoints');
  const intruder = join(home, 'intruder.cjs');
  await mkdir(profile);
  await mkdir(folder);
  await writeFile(join(profile, 'settings.json'), JSON.stringify({ folder }));
  await writeFile(intruder, `require('node:fs').writeFileSync(${JSON.stringify(join(home, 'intruded'))}, '');`);
  for (const name of ['.', ...(await readdir(home, { recursive: true }))]) {
    await chown(join(home, name), ORDINARY_USER, ORDINARY_USER);
  }
  return { home, profile, folder, intruder };
}

/** The program's processes of one of Chromium's types, e.g. `renderer`. */
async function processesOf(type: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    processes.map(async (id) => ({ id, command: await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '') })),
  );
  return commands
    .filter(({ command }) => /^\/opt\/digit-studio\/digit-studio\b/.test(command) && command.includes(`--type=${type}`))
    .map(({ id }) => id);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => {
      resolve(false);
    });
  });
}

test('installs, works without a network for an ordinary user, and keeps the checkpoints when removed', async () => {
  expect(Object.keys(networkInterfaces())).toEqual(['lo']);
  const { home, profile, folder, intruder } = await makeHome();
  try {
    aptGet('install', trialPackage);
    for (const file of [
      '/usr/share/applications/digit-studio.desktop',
      '/usr/share/icons/hicolor/256x256/apps/digit-studio.png',
      '/usr/share/doc/digit-studio/copyright',
      '/usr/share/doc/digit-studio/licences/tensorflow.txt',
    ]) {
      expect(existsSync(file), file).toBe(true);
    }

    // With every means to make Electron run other code.
    const studio = await InstalledStudio.start(home, profile, [`--inspect=127.0.0.1:${INSPECTOR_PORT}`], {
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: `--require ${intruder}`,
    });
    const { page } = studio;
    await expect(page.getByTestId('device')).toContainText('TensorFlow 2.');
    await expect(page.getByTestId('folder-path')).toContainText(folder);
    expect(existsSync(join(home, 'intruded'))).toBe(false);
    expect(await isListening(INSPECTOR_PORT)).toBe(false);

    const [renderer] = await processesOf('renderer');
    expect(await readFile(`/proc/${renderer}/status`, 'utf8')).toMatch(/^Seccomp:\t2$/m);
    expect(await readlink(`/proc/${renderer}/ns/pid`)).not.toBe(await readlink('/proc/self/ns/pid'));

    await draw(page, [
      [
        [0.3, 0.2],
        [0.7, 0.2],
        [0.45, 0.8],
      ],
    ]);
    await expect(page.getByTestId('prediction')).toHaveText('7');

    await page.getByTestId('start').click();
    // The batch after 50 steps of 64 images.
    await expect(page.getByTestId('log')).toContainText('[3200/60000');
    await page.getByTestId('pause').click();
    await expect(page.getByTestId('run-state')).toHaveText('paused');
    expect(await studio.quit()).toBe(0);

    aptGet('remove', 'digit-studio');
    expect(existsSync('/opt/digit-studio')).toBe(false);
    expect(existsSync('/usr/bin/digit-studio')).toBe(false);
    const checkpoints = (await readdir(join(folder, 'run-1'))).filter((name) => name.startsWith('step-')).sort();
    const { state } = await readCheckpoint(join(folder, 'run-1', checkpoints.at(-1)!));
    expect(state.step).toBeGreaterThanOrEqual(50);
  } finally {
    // Not apt-get, which refuses to remove what it never installed.
    execFileSync('dpkg', ['--purge', 'digit-studio'], { stdio: 'ignore' });
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
});
