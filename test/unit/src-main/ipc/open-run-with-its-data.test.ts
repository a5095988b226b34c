import { expect, test } from 'vitest';
import type { Reply } from '../../../../src-preload/contract';
import type { DataSource } from '../../../../src-preload/schemas';
import { DataSources } from '../../../../src-main/app/settings/data-sources';
import { ok, refusal } from '../../../../src-main/base/reply';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';
import type { EngineLink } from '../../../../src-main/ipc/dispatcher';
import { openRunWithItsData } from '../../../../src-main/ipc/open-run-with-its-data';
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

/** @param replies of the engine, where they are not plain success @param chosen in the dialog; null for "Cancel" */
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
  const open = () =>
    openRunWithItsData('run-2', engine, sources, (title) => {
      titles.push(title);
      return Promise.resolve(ok(chosen));
    });
  return { asked, titles, sources, open };
}

test('data that were loaded before are found, and nobody is asked', async () => {
  const { asked, titles, sources, open } = prepare({ openRun: otherData() });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toEqual(ok('view'));
  expect(asked).toEqual([
    ['openRun', 'run-2'],
    ['openRunWithData', { ...about, dataSource: FASHION_SOURCE }],
  ]);
  expect(titles).toEqual([]);
});

test('the bundled MNIST is known although it was never loaded before', async () => {
  const { asked, titles, open } = prepare({ openRun: otherData(BUNDLED_SHA256) });
  expect(await open()).toEqual(ok('view'));
  expect(asked.at(-1)).toEqual(['openRunWithData', { ...about, sha256: BUNDLED_SHA256, dataSource: null }]);
  expect(titles).toEqual([]);
});

test('where data are that were never loaded is asked for', async () => {
  const { asked, titles, open } = prepare({ openRun: otherData() });
  expect(await open()).toEqual(ok('view'));
  expect(titles).toEqual(['Choose the folder of fashion, which run-2 was trained on']);
  expect(asked.at(-1)).toEqual([
    'openRunWithData',
    { ...about, dataSource: { folder: '/chosen', images: 'as-they-are' } },
  ]);
});

test('the images of a run are used as they were when it was trained', async () => {
  const refused = otherData();
  const inverted = { ...refused, otherData: { ...about, remedy: 'inverted', isRemembered: false } } as Reply<never>;
  const { asked, open } = prepare({ openRun: inverted });
  expect(await open()).toEqual(ok('view'));
  const dataSource = { folder: '/chosen', images: 'inverted' };
  expect(asked.at(-1)).toEqual(['openRunWithData', { ...about, remedy: 'inverted', dataSource }]);
});

test('nothing is loaded when the person changes their mind', async () => {
  const { asked, open } = prepare({ openRun: otherData() }, null);
  expect(await open()).toEqual(ok(null));
  expect(asked).toEqual([['openRun', 'run-2']]);
});

test('a folder that does not hold the data any more is told of, and asked for the next time', async () => {
  const gone = otherData();
  const { titles, sources, open } = prepare({ openRun: otherData(), openRunWithData: gone });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toBe(gone);
  expect(sources.find(FASHION)).toBeUndefined();
  expect(titles).toEqual([]);
  await open();
  expect(titles).toHaveLength(1);
});

test('a folder is remembered while the run cannot be opened for another reason', async () => {
  const held = refusal('run-held', 'Another window has it open.');
  const { sources, open } = prepare({ openRun: otherData(), openRunWithData: held });
  sources.remember(FASHION_SOURCE, FASHION);
  expect(await open()).toBe(held);
  expect(sources.find(FASHION)).toEqual(FASHION_SOURCE);
});

test('a run that can be opened with the loaded data is just opened', async () => {
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
