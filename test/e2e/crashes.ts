import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Studio, expect } from './studio';

export const readLog = (profile: string) => readFile(join(profile, 'logs', 'main.log'), 'utf8').catch(() => '');

/** Starts a run, and waits for its first checkpoints. */
export async function startRun(studio: Studio, folder: string): Promise<void> {
  await studio.chooseFolder(folder);
  // More epochs than a fast computer can train during a test.
  await studio.set('epochs', 100);
  await studio.start();
  await expect(studio.page.getByTestId('log')).toContainText('[3200/60000');
}

export async function newestCheckpoint(folder: string): Promise<number> {
  const names = (await readdir(join(folder, 'run-1'))).filter((name) => name.startsWith('step-'));
  return Number(names.sort().at(-1)!.slice('step-'.length));
}
