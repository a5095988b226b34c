/** A compromised window sends the main process anything it likes, without the bridge. */
import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '../../src-preload/contract';
import { defaultConfig } from '../../src-preload/schemas';
import { attackerIn, invoke } from './hostile/attacker';
import { isSandboxed, policyStopsCode, refusesForgedArguments, servesOwnFilesOnly } from './hostile/bridge';
import { downloadsNothing, goesNowhereElse, hasNoPermission, loadsNothing } from './hostile/denials';
import { forge } from './hostile/forge';
import { requests } from './hostile/requests';
import { type Studio, expect, shareStart, test } from './studio';

const SEED = 20_261_124;
/** More with FORGED=5000 in the environment. */
const FORGED = Number(process.env.FORGED ?? 700);
/** Far more than the 32 that are answered at once. */
const FLOOD = 1000;
/** How many megabytes the main process may grow; the messages alone are larger. */
const MEMORY_ALLOWED = 500;
const names = Object.keys(requests) as (keyof typeof requests)[];
const textOf = (value: unknown) => JSON.stringify(value) as string | undefined;

async function runningStep(studio: Studio): Promise<number> {
  const { state, progress } = await studio.run();
  expect(state).toBe('running');
  return progress!.step;
}

/** Records the main process's memory every few milliseconds. @returns a function that returns the maximum, in MB */
async function watchMemory({ app }: Studio): Promise<() => Promise<number>> {
  await app.evaluate(() => {
    const memory = { before: process.memoryUsage.rss(), most: 0 };
    Object.assign(globalThis, { memory });
    setInterval(() => (memory.most = Math.max(memory.most, process.memoryUsage.rss())), 10);
  });
  return () =>
    app.evaluate(() => {
      const { memory } = globalThis as unknown as { memory: { before: number; most: number } };
      return (Math.max(memory.most, process.memoryUsage.rss()) - memory.before) / 1e6;
    });
}

/** Counts dialogs and uses of the file manager instead of showing them. @returns a function that returns the counts */
async function countWindows({ app }: Studio): Promise<() => Promise<{ dialogs: number; folders: number }>> {
  await app.evaluate(({ dialog, shell }) => {
    const shown = { dialogs: 0, folders: 0 };
    const closing: (() => void)[] = [];
    const opened = () =>
      new Promise<never>((resolve) => {
        shown.dialogs++;
        closing.push(() => resolve({ canceled: true, filePaths: [], filePath: '', response: 0 } as never));
      });
    dialog.showOpenDialog = dialog.showSaveDialog = dialog.showMessageBox = opened;
    shell.openPath = () => Promise.resolve(shown.folders++ ? '' : '');
    Object.assign(globalThis, { shown, closeDialogs: () => closing.splice(0).forEach((close) => close()) });
  });
  return () => app.evaluate(() => (globalThis as unknown as { shown: { dialogs: number; folders: number } }).shown);
}

/** Opens the application with a run that trains endlessly. */
async function train(open: () => Promise<Studio>, folder: string): Promise<{ studio: Studio; attacker: Page }> {
  const studio = await open();
  await studio.chooseFolder(folder);
  const attacker = await attackerIn(studio);
  expect(await invoke(attacker, 'start', textOf({ ...defaultConfig, epochs: 1000 }))).toMatchObject({ ok: true });
  await expect.poll(() => runningStep(studio)).toBeGreaterThan(0);
  return { studio, attacker };
}

async function forgedArguments(studio: Studio, attacker: Page): Promise<void> {
  const windows = await countWindows(studio);
  const memory = await watchMemory(studio);
  const before = await runningStep(studio);

  const order = { seed: SEED, count: FORGED, requests: names.map((name) => [name, textOf(requests[name].valid)]) };
  const { sent, others } = await attacker.evaluate(forge, order as Parameters<typeof forge>[0]);

  expect(Object.values(sent).reduce((a, b) => a + b)).toBe(FORGED);
  // What was not refused as invalid is valid by chance: it is carried out, or refused for another reason.
  for (const { name, way, shown, reply } of others) {
    const words = `${name}, ${way}, seed ${SEED}: ${shown.slice(0, 200)} got ${JSON.stringify(reply)}`;
    expect(isAsItMustBe(name as keyof typeof requests, shown), words).toBe(true);
    expect(reply, words).toHaveProperty('ok');
    expect(reply, words).not.toHaveProperty('code', expect.stringMatching(/internal|busy|invalid-argument/));
  }
  const after = await runningStep(studio);
  const grown = await memory();
  console.log(`${FORGED} forged, ${others.length} valid; ${after - before} steps; ${grown.toFixed(0)} MB more.`);
  expect(after).toBeGreaterThan(before);
  expect(grown).toBeLessThan(MEMORY_ALLOWED);
  expect(await windows()).toEqual({ dialogs: 0, folders: 0 });
  expect(
    await studio.app.evaluate(() => Object.keys(Object.prototype).concat(String(({} as { polluted?: 1 }).polluted))),
  ).toEqual(['undefined']);
}

function isAsItMustBe(name: keyof typeof requests, text: string): boolean {
  try {
    return requests[name].schema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** Sends all at once. @returns the replies */
function flood(attacker: Page, messages: [name: string, text: string | undefined][]): Promise<Reply<unknown>[]> {
  return attacker.evaluate((all) => {
    const { raw } = globalThis as unknown as { raw: { invoke(...words: unknown[]): Promise<unknown> } };
    return Promise.all(all.map(([name, text]) => raw.invoke(`request:${name}`, text))) as Promise<Reply<unknown>[]>;
  }, messages);
}

const codesOf = (replies: Reply<unknown>[]) =>
  [...new Set(replies.map((reply) => (reply.ok ? 'ok' : reply.code)))].sort();

async function tooManyRequests(studio: Studio, attacker: Page, folder: string, profile: string): Promise<void> {
  const windows = await countWindows(studio);
  const memory = await watchMemory(studio);
  const before = await runningStep(studio);

  // A dialog stays open until the person closes it; a second one is refused.
  const choosing = invoke(attacker, 'chooseFolder');
  await expect.poll(windows).toEqual({ dialogs: 1, folders: 0 });
  const dialogs = [
    'chooseFolder',
    'chooseDataFolder',
    'openWeights',
    'exportModel',
    'saveChart',
    'saveHistory',
  ] as const;
  for (const name of dialogs) {
    expect(await invoke(attacker, name, textOf(requests[name].valid)), name).toMatchObject({ ok: false, code: 'busy' });
  }

  const asked = [
    ...dialogs,
    ...(['recognize', 'recognizeImage', 'lookInside', 'pinDrawing', 'saveConfig', 'start', 'resume'] as const),
    ...(['getStudio', 'newSamples', 'getKeptDrawings', 'testKeptDrawings', 'openRun', 'openDrawingsFolder'] as const),
  ];
  const began = performance.now();
  const replies = await flood(
    attacker,
    Array.from({ length: FLOOD }, (_, i) => {
      const name = asked[i % asked.length]!;
      return [name, textOf(requests[name].valid)];
    }),
  );
  expect(replies).toHaveLength(FLOOD);
  // A run can be shown while another is trained, but this one does not exist.
  expect(codesOf(replies)).toEqual(['busy', 'not-now', 'ok', 'run-missing']);
  const { dialogs: opened, folders } = await windows();
  expect(opened).toBe(1);
  expect(folders).toBeLessThanOrEqual(1 + (performance.now() - began) / 1000);

  // The largest accepted argument of each kind.
  const large = `{"strokes":[${' '.repeat(3_999_900)}]}`;
  for (const [name, text, count] of [
    ['recognize', large, 50],
    ['saveConfig', textOf(defaultConfig), FLOOD],
    ['getKeptDrawings', undefined, FLOOD],
    ['start', textOf(defaultConfig), FLOOD],
  ] as const) {
    const all = await flood(attacker, Array<[string, string | undefined]>(count).fill([name, text]));
    expect(all.every(({ ok }) => ok) || codesOf(all).includes('busy'), name).toBe(true);
  }
  // Only the drawings with a positive reply are saved, and few are on disk.
  const keptBefore = await readdir(join(profile, 'drawings')).catch((): string[] => []);
  const kept = await flood(
    attacker,
    Array.from({ length: FLOOD }, () => [
      'keepDrawing',
      textOf({ ...(requests.keepDrawing.valid as object), id: randomUUID() }),
    ]),
  );
  const keptNow = (await readdir(join(profile, 'drawings'))).filter((name) => !keptBefore.includes(name));
  expect(keptNow).toHaveLength(kept.filter(({ ok }) => ok).length);
  expect(codesOf(kept)).toEqual(['busy', 'ok']);

  await expect.poll(() => runningStep(studio)).toBeGreaterThan(before);
  const grown = await memory();
  console.log(`${kept.filter(({ ok }) => ok).length} of ${FLOOD} drawings kept; ${grown.toFixed(0)} MB more.`);
  expect(grown).toBeLessThan(MEMORY_ALLOWED);
  expect((await readdir(folder)).filter((name) => name.startsWith('run-'))).toEqual(['run-1']);

  // The person closes the dialog, and the window is served as before.
  await studio.app.evaluate(() => (globalThis as unknown as { closeDialogs: () => void }).closeDialogs());
  expect(await choosing).toEqual({ ok: true, value: null });
  await studio.page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
}

async function foreignPages(studio: Studio): Promise<void> {
  const refused = { ok: false, code: 'not-allowed', message: 'This page may not send requests.' };
  // Removes everything that keeps other pages from loading, and gives every https address a page.
  await studio.app.evaluate(({ session }) => {
    const { webRequest, protocol } = session.defaultSession;
    webRequest.onBeforeRequest(null);
    const headers = { 'content-type': 'text/html' };
    protocol.handle('https', () => new Response('<title>elsewhere</title>', { headers }));
  });
  for (const url of [
    'https://digit-studio/index.html',
    'https://example.com/app://digit-studio/index.html',
    'data:text/html,<title>app://digit-studio/</title>',
    'about:blank',
    'app://digit-studio.example/index.html',
    'app://elsewhere@digit-studio.example/',
    'file:///etc/hostname',
  ]) {
    const page = await attackerIn(studio, url);
    if (url.startsWith('https')) expect(await page.title()).toBe('elsewhere');
    for (const name of names) {
      const { valid } = requests[name];
      expect(await invoke(page, name, textOf(valid)), `${name} from ${url}`).toEqual(refused);
    }
  }
  const attacker = await attackerIn(studio);
  const fromFrame = await attacker.evaluate(
    async (all) => {
      const replies: unknown[] = [];
      const frame = document.createElement('iframe');
      const loaded = new Promise((resolve) => (frame.onload = resolve));
      frame.srcdoc = '<title>frame</title>';
      document.body.append(frame);
      await loaded;
      const { raw } = frame.contentWindow as unknown as { raw: { invoke(...words: unknown[]): Promise<unknown> } };
      for (const [name, text] of all) replies.push(await raw.invoke(`request:${name}`, text));
      return replies;
    },
    names.map((name) => [name, textOf(requests[name].valid)] as const),
  );
  expect(fromFrame).toEqual(names.map(() => refused));

  // Also on channels that nobody serves, or that Electron itself uses.
  for (const channel of ['quit', '__proto__', 'constructor', '', 'x'.repeat(1e6)]) {
    expect(await invoke(attacker, channel), channel.slice(0, 20)).toContain('No handler registered');
  }
  await attacker.evaluate(() => {
    const { raw } = globalThis as unknown as {
      raw: Record<'send' | 'postMessage' | 'sendToHost', (...words: unknown[]) => void>;
    };
    raw.send('request:stop');
    raw.send('event:run', { state: 'failed' });
    raw.postMessage('request:stop', null, [new MessageChannel().port1]);
    raw.sendToHost('request:stop');
  });
  expect(await invoke(attacker, 'getStudio')).toMatchObject({ ok: true });
  await expect(studio.runState).toHaveText('idle');
}

async function outsideTheFolder(studio: Studio, folder: string): Promise<void> {
  const elsewhere = join(folder, 'elsewhere');
  const chosen = join(folder, 'chosen');
  await mkdir(join(elsewhere, 'step-00000001'), { recursive: true });
  await mkdir(join(elsewhere, '.tmp-step-00000002-deadbeef'));
  await writeFile(join(elsewhere, 'step-00000001/state.json'), '{}');
  await mkdir(chosen);
  await symlink(elsewhere, join(chosen, 'linked'));
  const before = (await readdir(elsewhere, { recursive: true })).sort();
  await studio.chooseFolder(chosen);
  const windows = await countWindows(studio);
  const attacker = await attackerIn(studio);
  for (const run of [
    '..',
    '../elsewhere',
    elsewhere,
    '/etc',
    `\\\\${tmpdir()}\\share`,
    '//server/share',
    'C:\\',
    'a/../..',
    'run-1\0',
  ]) {
    for (const name of ['openRun', 'openRunFolder', 'removeRun'] as const) {
      expect(await invoke(attacker, name, textOf(run)), `${name} ${run}`).toMatchObject({ code: 'invalid-argument' });
    }
    for (const checkpoint of [
      { run, name: 'step-00000001' },
      { run: 'run-1', name: run },
    ]) {
      expect(await invoke(attacker, 'openCheckpoint', textOf(checkpoint))).toMatchObject({ code: 'invalid-argument' });
    }
    expect(await invoke(attacker, 'forgetDrawing', textOf(run)), run).toMatchObject({ code: 'invalid-argument' });
  }
  expect(await invoke(attacker, 'openRun', '"linked"')).toMatchObject({ code: 'run-elsewhere' });
  expect(await invoke(attacker, 'openCheckpoint', textOf({ run: 'linked', name: 'step-00000001' }))).toMatchObject({
    code: 'run-elsewhere',
  });
  for (const name of ['openRunFolder', 'removeRun'] as const) {
    expect(await invoke(attacker, name, '"linked"'), name).toMatchObject({ code: 'no-run' });
  }
  expect(await windows()).toEqual({ dialogs: 0, folders: 0 });
  expect((await readdir(elsewhere, { recursive: true })).sort()).toEqual(before);
  expect(await readdir(chosen)).toEqual(['linked']);
}

// Chromium reports what it denies as errors, and the attacker runs code that fails.
test.use({ mayHaveErrors: true });

test('a compromised window cannot stop the training', async ({ open, folder, profile }) => {
  const { studio, attacker } = await train(open, folder);
  await test.step(`${FORGED} forged arguments are each answered with an error value`, () =>
    forgedArguments(studio, attacker));
  await test.step(`of ${FLOOD} requests at once, the excess ones are refused`, () =>
    tooManyRequests(studio, attacker, folder, profile));
});

test.describe('without a run,', () => {
  const shared = shareStart();

  test('the window has nothing but the bridge, and cannot forge requests', async ({ folder }) => {
    const { studio } = shared;
    await test.step('it is sandboxed and isolated', () => isSandboxed(studio));
    await test.step('the content security policy stops foreign and inline code, and all connections', () =>
      policyStopsCode(studio));
    await test.step('paths that lead out of its own files are not served', () => servesOwnFilesOnly(studio));
    await test.step('requests with forged arguments are answered with an error value, and change nothing', () =>
      refusesForgedArguments(studio, folder));
  });

  test('a page is denied what is not its own', async () => {
    const { studio } = shared;
    await test.step('every permission is denied', () => hasNoPermission(studio));
    await test.step('nothing is downloaded', () => downloadsNothing(studio));
    await test.step('the window goes nowhere else and opens no other', () => goesNowhereElse(studio));
    await test.step('nothing is loaded from elsewhere, not even without the content security policy', () =>
      loadsNothing(studio));
  });

  // The last one, since it removes what keeps foreign pages from loading.
  test('a compromised window gets access to nothing', async ({ folder }) => {
    const { studio } = shared;
    await test.step('nothing outside the chosen folder is reached, by a path or by a link', () =>
      outsideTheFolder(studio, folder));
    await test.step('frames, foreign pages and unknown channels get nothing', () => foreignPages(studio));
  });
});
