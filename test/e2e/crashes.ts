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

/** Runs a script in the engine's thread, through the debugger, after what the thread does now. */
export async function runInEngine({ app }: Studio, script: string): Promise<void> {
  await app.evaluate(async (_electron, expression) => {
    const { Session } = process.getBuiltinModule('node:inspector');
    const session = new Session();
    session.connect();
    await new Promise<void>((resolve) => {
      // Not in a thread that replaces it.
      session.once('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
        const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => resolve());
      });
      session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    });
  }, script);
}

/** Lets the engine hang, and the application notice after 50 milliseconds instead of ten seconds that it cannot be closed. */
export async function hangEngine(studio: Studio): Promise<void> {
  await runInEngine(studio, 'for (;;);');
  await studio.app.evaluate(() => {
    const { setTimeout } = globalThis;
    const shortened = (action: () => void, delay?: number) => setTimeout(action, delay === 10_000 ? 50 : delay);
    Object.assign(globalThis, { setTimeout: shortened });
  });
}

/** Fills a heap, with arrays so small that V8 still has room to end the thread alone. */
const FILL_MEMORY = 'for (const all = [];;) all.push(new Array(1e6).fill(0))';

/**
 * Ends the engine's thread at its next request, which is never answered.
 * @param how by ending it from outside, by an uncaught error, or by filling its memory
 * @param always whether the threads that replace it end as well
 */
export async function endAtNextRequest(
  studio: Studio,
  how: 'ended' | 'error' | 'memory',
  always = false,
): Promise<void> {
  if (how === 'memory') return runInEngine(studio, FILL_MEMORY);
  await studio.app.evaluate(
    (_electron, [way, again]) => {
      const { prototype } = process.getBuiltinModule('node:worker_threads').Worker;
      const send = Object.getOwnPropertyDescriptor(prototype, 'postMessage')!.value as Worker['postMessage'];
      prototype.postMessage = function (this: Worker, message: unknown) {
        if (!again) prototype.postMessage = send;
        if (way === 'ended') void this.terminate();
        else send.call(this, { name: 'none such' });
        send.call(this, message);
      };
    },
    [how, always] as const,
  );
}

/** Answers as where the driver of a graphics card is loaded only after a restart. */
export async function refuseDevices({ app }: Studio): Promise<void> {
  await app.evaluate(({ ipcMain }) => {
    const message = 'TensorFlow will use the graphics card the next time Digit Studio starts.';
    ipcMain.removeHandler('request:useDevice');
    ipcMain.handle('request:useDevice', () => ({ ok: false, code: 'device-needs-restart', message }));
  });
}
