/** The window has nothing but the bridge, and cannot forge requests. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Studio, expect } from '../studio';

/** Returns the page's reply to a request, whatever the types say. */
async function ask(studio: Studio, name: string, argument?: unknown): Promise<unknown> {
  const reply = await studio.page.evaluate(
    ([request, text]) => {
      const { studio } = globalThis as unknown as { studio: { request(...words: unknown[]): Promise<string> } };
      return studio.request(request, text);
    },
    [name, JSON.stringify(argument) as string | undefined] as const,
  );
  return JSON.parse(reply);
}

export async function isSandboxed(studio: Studio): Promise<void> {
  const preferences = await studio.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity };
  });
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
  const seen = await studio.page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
    bridge: Object.keys((globalThis as unknown as { studio: object }).studio).sort(),
  }));
  expect(seen).toEqual({ globals: [], bridge: ['on', 'request'] });
}

export async function policyStopsCode({ page }: Studio): Promise<void> {
  const result = await page.evaluate(async () => {
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.inlineRan = true';
    document.head.append(inline);
    // The policy does not apply to code that a test evaluates, but it applies to listeners that this code adds.
    addEventListener('keydown', () => {
      Object.assign(globalThis, { evalTried: true });
      // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call
      new Function('globalThis.evalRan = true')();
    });
    const refused: string[] = [];
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://digit-studio/index.html']) {
      await fetch(url).catch(() => refused.push(url));
    }
    return { inlineRan: 'inlineRan' in globalThis, refused: refused.length };
  });
  expect(result).toEqual({ inlineRan: false, refused: 3 });
  await page.keyboard.press('F9');
  const ran = await page.evaluate(() => ['evalTried' in globalThis, 'evalRan' in globalThis]);
  expect(ran).toEqual([true, false]);
}

export async function servesOwnFilesOnly(studio: Studio): Promise<void> {
  for (const path of ['../main/index.cjs', '..%2fmain%2findex.cjs', '%2e%2e/%2e%2e/package.json', 'assets/none.js']) {
    const status = await studio.app.evaluate(
      async ({ net }, url) => (await net.fetch(url)).status,
      `app://digit-studio/${path}`,
    );
    expect(status, path).toBe(404);
  }
  const elsewhere = await studio.app.evaluate(
    async ({ net }) => (await net.fetch('app://elsewhere/index.html')).status,
  );
  expect(elsewhere).toBe(404);
}

export async function refusesForgedArguments(studio: Studio, folder: string): Promise<void> {
  await studio.chooseFolder(folder);
  const config = {
    ...{ epochs: 3, batchSize: 64, testBatchSize: 1000, learningRate: 0.01, momentum: 0.5 },
    ...{ logInterval: 10, checkpointInterval: 10, seed: 1 },
  };
  const forged: [string, unknown][] = [
    ['start', undefined],
    ['start', null],
    ['start', { ...config, epochs: '3' }],
    ['start', { ...config, epochs: 1e9 }],
    ['start', { ...config, learningRate: Number.NaN }],
    ['start', { ...config, folder: '/etc' }],
    ['start', []],
    ['addEpochs', -1],
    ['addEpochs', 'many'],
    ['openRun', '../../etc'],
    ['openRun', '/etc/passwd'],
    ['openRun', { run: 'run-1' }],
    ['openRun', 'x'.repeat(100_000)],
    ['openCheckpoint', 'run-1'],
    ['openCheckpoint', { run: '..', name: 'step-00000001' }],
    ['openCheckpoint', { run: 'run-1', name: '../../etc' }],
    ['openRunFolder', '../..'],
    ['removeRun', '/etc'],
    ['removeRun', undefined],
    ['chooseFolder', '/etc'],
    ['pause', 'now'],
    ['recognize', { strokes: [{ width: 20, points: [[0, 'x']] }] }],
    ['recognize', { strokes: Array.from({ length: 501 }, () => ({ width: 20, points: [] })) }],
    ['recognize', { strokes: [{ width: Infinity, points: [[0, 0]] }] }],
    ['saveChart', 'not a picture'],
    ['saveChart', Buffer.from('GIF89a not a PNG picture').toString('base64')],
    ['saveConfig', { ...config, seed: -1 }],
  ];
  for (const [name, argument] of forged) {
    expect(
      await ask(studio, name, argument),
      `${name} ${((JSON.stringify(argument) as string | undefined) ?? '').slice(0, 80)}`,
    ).toMatchObject({
      ok: false,
      code: 'invalid-argument',
    });
  }
  await expect(ask(studio, 'quit')).rejects.toThrow('No handler registered');
  await expect(studio.runState).toHaveText('idle');
  expect(await ask(studio, 'openRun', 'run-1')).toMatchObject({ ok: false, code: 'run-missing' });
  // A folder that is not a run is neither shown nor removed.
  await mkdir(join(folder, 'thesis'));
  for (const name of ['openRunFolder', 'removeRun']) {
    expect(await ask(studio, name, 'thesis'), name).toMatchObject({ ok: false, code: 'no-run' });
  }
  expect(await readdir(folder)).toEqual(['thesis']);
}
