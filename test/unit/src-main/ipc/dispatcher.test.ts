import { describe, expect, test } from 'vitest';
import type { Problem, Reply } from '../../../../src-preload/contract';
import { type RequestName, mainRequests, requestNames, requests } from '../../../../src-preload/requests';
import { defaultConfig } from '../../../../src-preload/schemas';
import { DataSources } from '../../../../src-main/app/settings/data-sources';
import { UserError } from '../../../../src-main/base/errors';
import { ok, refusal } from '../../../../src-main/base/reply';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';
import { Dispatcher, type EngineLink, type Handlers } from '../../../../src-main/ipc/dispatcher';
import { settingsInMemory } from '../app/settings-in-memory';

interface Options {
  describe?: <T extends Problem>(problem: T) => T;
  engine?: (name: string, argument: unknown) => Promise<Reply<unknown>>;
  handler?: (argument: unknown) => Promise<Reply<unknown>>;
}

/** @returns a dispatcher whose engine and handlers record their requests */
function dispatcherFor({
  describe = (problem) => problem,
  engine = () => Promise.resolve(ok('done')),
  handler = () => Promise.resolve(ok('done')),
}: Options = {}) {
  const asked: [who: 'engine' | 'main', name: string, argument: unknown][] = [];
  const refused: [name: string, code: string, message: string][] = [];
  const link = {
    request: (name: string, argument: unknown) => {
      asked.push(['engine', name, argument]);
      return engine(name, argument);
    },
  } as EngineLink;
  const handlers = Object.fromEntries(
    Object.keys(mainRequests).map((name) => [
      name,
      (argument: unknown) => {
        asked.push(['main', name, argument]);
        return handler(argument);
      },
    ]),
  ) as unknown as Handlers;
  const dispatcher = new Dispatcher(link, handlers, describe, (...words) => refused.push(words));
  return { dispatch: (name: RequestName, ...words: unknown[]) => dispatcher.dispatch(name, words), asked, refused };
}

test('every request without an argument reaches the engine or its handler, according to the table', async () => {
  const { dispatch, asked } = dispatcherFor();
  const names = requestNames.filter((name) => requests[name].argument.safeParse(undefined).success);
  for (const name of names) expect(await dispatch(name)).toEqual({ ok: true, value: 'done' });
  expect(names).toContain('pause');
  expect(names).toContain('chooseFolder');
  expect(asked).toEqual(names.map((name) => [name in mainRequests ? 'main' : 'engine', name, undefined]));
});

test('an argument is passed on as its schema returns it', async () => {
  const { dispatch, asked } = dispatcherFor();
  const { augmentation, ...older } = defaultConfig;
  expect(await dispatch('start', JSON.stringify(older))).toMatchObject({ ok: true });
  expect(asked).toEqual([['engine', 'start', { ...older, augmentation }]]);
});

describe('refused as invalid, without forwarding', () => {
  const long = `"${'x'.repeat(10_000)}"`;
  test.each<[what: string, name: RequestName, words: unknown[]]>([
    ['no argument where there must be one', 'openRun', []],
    ['an argument where there must be none', 'pause', ['1']],
    ['two arguments', 'openRun', ['"run-1"', '"run-2"']],
    ['a value instead of text', 'openRun', [{ run: 'run-1' }]],
    ['what is not JSON', 'openRun', ['"run-1']],
    ['a wrong value', 'addEpochs', ['0']],
    ['a text that is too long', 'openRun', [long]],
    ['a text too deep for the parser', 'recognize', ['['.repeat(1_000_000)]],
    ['a drawing that is too long', 'recognize', [`{"strokes":[${' '.repeat(4_000_000)}]}`]],
  ])('%s', async (_what, name, words) => {
    const { dispatch, asked, refused } = dispatcherFor();
    const reply = await dispatch(name, ...words);
    expect(reply).toEqual({
      ok: false,
      code: 'invalid-argument',
      message: expect.stringMatching(/.{10,300}\.$/) as string,
    });
    expect(asked).toEqual([]);
    expect(refused).toEqual([]);
  });
});

test('the engine’s refusal reaches the window unchanged, and is logged once', async () => {
  const refusedValue = refusal('not-now', 'A run is running.');
  const { dispatch, refused } = dispatcherFor({ engine: () => Promise.resolve(refusedValue) });
  expect(await dispatch('resume')).toBe(refusedValue);
  expect(refused).toEqual([['resume', 'not-now', 'A run is running.']]);
});

test.each([
  [new UserError('drawings-full', 'There are 5,000 drawings.'), 'drawings-full', 'There are 5,000 drawings.'],
  [new TypeError('x is undefined'), 'internal', 'An unexpected error occurred: x is undefined'],
])('an error thrown by a handler becomes a refusal: %s', async (error, code, message) => {
  const { dispatch } = dispatcherFor({ handler: () => Promise.reject(error) });
  expect(await dispatch('getKeptDrawings')).toEqual({ ok: false, code, message });
});

test('every refusal about data says whether the data is remembered', async () => {
  const sources = new DataSources(settingsInMemory());
  sources.remember({ folder: '/home/someone/fashion', images: null }, 'f'.repeat(64));
  const about = (sha256: string) => ({ run: 'run-2', dataset: 'fashion', sha256, remedy: null, isRemembered: false });
  const refusing = (sha256: string) => () =>
    Promise.resolve({ ...refusal('other-data', 'Other data are loaded.'), otherData: about(sha256) });
  const describe = <T extends Problem>(problem: T) => sources.describe(problem);
  for (const [sha256, isRemembered] of [
    ['f'.repeat(64), true],
    ['0'.repeat(64), false],
    [BUNDLED_SHA256, true],
  ] as const) {
    const { dispatch } = dispatcherFor({ engine: refusing(sha256), handler: refusing(sha256), describe });
    const described = { ok: false, code: 'other-data', otherData: { ...about(sha256), isRemembered } };
    expect(await dispatch('openRun', '"run-2"')).toMatchObject(described);
    expect(await dispatch('openRunWithItsData', '"run-2"')).toMatchObject(described);
  }
});

test('of many requests at once, 32 are answered and the others refused, and later ones are answered again', async () => {
  const waiting: (() => void)[] = [];
  const engine = () => new Promise<Reply<unknown>>((resolve) => waiting.push(() => resolve(ok('done'))));
  const { dispatch, asked } = dispatcherFor({ engine });
  const replies = Array.from({ length: 100 }, () => dispatch('pause'));
  for (const finish of waiting) finish();
  const codes = (await Promise.all(replies)).map((reply) => (reply.ok ? 'ok' : reply.code));
  expect(codes).toEqual([...Array<string>(32).fill('ok'), ...Array<string>(68).fill('busy')]);
  expect(asked).toHaveLength(32);
  const next = dispatch('pause');
  waiting.at(-1)!();
  expect(await next).toMatchObject({ ok: true });
});
