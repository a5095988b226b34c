import { expect, test } from 'vitest';
import type { Reply } from '../../../../src-preload/contract';
import type { DataSource } from '../../../../src-preload/schemas';
import { DataSources } from '../../../../src-main/app/settings/data-sources';
import { ok, refusal } from '../../../../src-main/base/reply';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';
import type { EngineLink } from '../../../../src-main/ipc/dispatcher';
import { loadDataOfWaitingRun, openRunWithItsData } from '../../../../src-main/ipc/open-run-with-its-data';
import { settingsInMemory } from '../app/settings-in-memory';

const FASHION = 'f'.repeat(64);
const FASHION_SOURCE: DataSource = { folder: '/fashion', images: 'inverted' };
const about = { run: 'run-2', dataset: 'fashion', sha256: FASHION, remedy: null };
const otherData = (sha256 = FASHION): Reply<never> => ({
  ok: false,
  code: 'other-data',
  message: 'run-2 was trained on fashion, but MNIST is loaded.',
  otherData: { ...about, sha256, isRemembered: false },
});

/** @param replies the engine's replies other than plain success @param chosen in the dialog; null for "Cancel" */
function prepare(replies: Record<string, Reply<unknown>> = {}, chosen: string | null = '/chosen') {
  const asked: [name: string, argument: unknown][] = [];
  const engine = {
    request: (name: string, argument: unknown) => {
      asked.push([name, argument]);
      return Promise.resolve(replies[name] ?? ok('view'));
    },
  } as EngineLink;
  const titles: string[] = [];
  const sources = new DataSources(settingsInMemory());
  const askForFolder = (title: string) => {
    titles.push(title);
    return Promise.resolve(ok(chosen));
  };
  const open = () => openRunWithItsData('run-2', engine, sources, askForFolder);
  return { engine, asked, titles, sources, askForFolder, open };
}

test('data that was loaded before is found without asking', async () => {
  const { asked, titles, sources, open } = prepare({ openRun: otherData() });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toEqual(ok('view'));
  expect(asked).toEqual([
    ['openRun', 'run-2'],
    ['openRunWithData', { ...about, dataSource: FASHION_SOURCE }],
  ]);
  expect(titles).toEqual([]);
});

test('the bundled MNIST is known even if it was never loaded', async () => {
  const { asked, titles, open } = prepare({ openRun: otherData(BUNDLED_SHA256) });
  expect(await open()).toEqual(ok('view'));
  expect(asked.at(-1)).toEqual(['openRunWithData', { ...about, sha256: BUNDLED_SHA256, dataSource: null }]);
  expect(titles).toEqual([]);
});

test('the person is asked for data that was never loaded', async () => {
  const { asked, titles, open } = prepare({ openRun: otherData() });
  expect(await open()).toEqual(ok('view'));
  expect(titles).toEqual(['Choose the folder of fashion, which run-2 was trained on']);
  expect(asked.at(-1)).toEqual([
    'openRunWithData',
    { ...about, dataSource: { folder: '/chosen', images: 'as-they-are' } },
  ]);
});

test('a run’s images are used as they were in training', async () => {
  const refused = otherData();
  const inverted = { ...refused, otherData: { ...about, remedy: 'inverted', isRemembered: false } } as Reply<never>;
  const { asked, open } = prepare({ openRun: inverted });
  expect(await open()).toEqual(ok('view'));
  const dataSource = { folder: '/chosen', images: 'inverted' };
  expect(asked.at(-1)).toEqual(['openRunWithData', { ...about, remedy: 'inverted', dataSource }]);
});

test('nothing is loaded if the person cancels', async () => {
  const { asked, open } = prepare({ openRun: otherData() }, null);
  expect(await open()).toEqual(ok(null));
  expect(asked).toEqual([['openRun', 'run-2']]);
});

test('a folder that no longer contains the data is reported, and asked for the next time', async () => {
  const gone = otherData();
  const { titles, sources, open } = prepare({ openRun: otherData(), openRunWithData: gone });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toBe(gone);
  expect(sources.find(FASHION)).toBeUndefined();
  expect(titles).toEqual([]);
  await open();
  expect(titles).toHaveLength(1);
});

test('a folder stays remembered if the run cannot be opened for another reason', async () => {
  const held = refusal('run-held', 'Another window has it open.');
  const { sources, open } = prepare({ openRun: otherData(), openRunWithData: held });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toBe(held);
  expect(sources.find(FASHION)).toEqual(FASHION_SOURCE);
});

test('a run that can be opened with the loaded data is simply opened', async () => {
  const { asked, open } = prepare();
  expect(await open()).toEqual(ok('view'));
  expect(asked.map(([name]) => name)).toEqual(['openRun', 'view']);
});

test('a run that cannot be opened with any data says why', async () => {
  const damaged = refusal('checkpoint-damaged', 'run-2 has no intact checkpoint.');
  const { asked, open } = prepare({ openRun: damaged });
  expect(await open()).toBe(damaged);
  expect(asked).toHaveLength(1);
});

test('the data of a waiting run is found in the same way', async () => {
  const waiting = [{ id: 'a', dataset: 'fashion', missingData: { sha256: FASHION, remedy: 'inverted' } }];
  const view = ok({ queue: { waiting } });
  const { engine, asked, titles, sources, askForFolder } = prepare({ view });
  const load = (id: string) => loadDataOfWaitingRun(id, engine, sources, askForFolder);
  const wanted = { dataset: 'fashion', sha256: FASHION };

  expect(await load('taken back')).toBe(view);
  expect(await load('a')).toEqual(ok('view'));
  expect(titles).toEqual(['Choose the folder of fashion, which the waiting run needs']);
  const chosen = { folder: '/chosen', images: 'inverted' };
  expect(asked.at(-1)).toEqual(['useDataOfWaitingRun', { ...wanted, dataSource: chosen }]);

  sources.remember(FASHION_SOURCE, FASHION);
  expect(await load('a')).toEqual(ok('view'));
  expect(asked.at(-1)).toEqual(['useDataOfWaitingRun', { ...wanted, dataSource: FASHION_SOURCE }]);
  expect(titles).toHaveLength(1);
});
