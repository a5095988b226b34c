import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
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

/**
 * Ends the engine's thread at its next request, which is never answered.
 * @param how by ending it from outside, by an uncaught error, or by filling its memory
 * @param always whether the threads that replace it end as well
 */
export async function endAtNextRequest(
  { app }: Studio,
  how: 'ended' | 'error' | 'memory',
  always = false,
): Promise<void> {
  await app.evaluate(
    (_electron, [way, again]) => {
      const { prototype } = process.getBuiltinModule('node:worker_threads').Worker;
      const send = Object.getOwnPropertyDescriptor(prototype, 'postMessage')!.value as Worker['postMessage'];
      prototype.postMessage = function (this: Worker, message: unknown) {
        if (!again) prototype.postMessage = send;
        const text = '-'.repeat(1_000_000);
        if (way === 'ended') void this.terminate();
        else if (way === 'error') send.call(this, { name: 'none such' });
        else send.call(this, { name: 'recognize', argument: Array.from({ length: 1200 }, () => text) });
        send.call(this, message);
      };
    },
    [how, always] as const,
  );
}
