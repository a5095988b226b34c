import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RUN_FILE, changeRunFile, readRunFile } from '../../../../src-main/checkpoints/run-file';
import { CheckpointStore } from '../../../../src-main/checkpoints/store';
import { defaultConfig } from '../../../../src-preload/schemas';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a run of 0.1.0 has no file, which is not reported', async () => {
  expect(await readRunFile(folder)).toEqual({});
});

test('a new name keeps the origin, and leaves no other file', async () => {
  changeRunFile(folder, { config: defaultConfig, origin: { run: 'run-1', step: 20 } });
  changeRunFile(folder, { name: 'The long one', note: 'with augmentation' });
  expect(await readRunFile(folder)).toMatchObject({
    name: 'The long one',
    note: 'with augmentation',
    origin: { run: 'run-1', step: 20 },
    config: defaultConfig,
  });
  expect(await readdir(folder)).toEqual([RUN_FILE]);
});

test('changes at the same time are all kept', async () => {
  changeRunFile(folder, { config: defaultConfig });
  const store = new CheckpointStore(dirname(folder));
  const run = basename(folder);
  await Promise.all([
    store.describe(run, { note: 'with augmentation' }),
    store.describe(run, { lesson: { network: 'before', step: 600 } }),
  ]);
  expect(await store.description(run)).toMatchObject({
    config: defaultConfig,
    note: 'with augmentation',
    lesson: { network: 'before', step: 600 },
  });
});

test.each([
  ['no JSON', '{"format":"digit-studio-run","na'],
  ['something else', '[1, 2]'],
  ['another format', '{"format":"other","version":1}'],
  ['a name that is not text', '{"format":"digit-studio-run","version":1,"name":7}'],
  ['more than it can have', `{"format":"digit-studio-run","version":1,"note":"${'x'.repeat(30_000)}"}`],
])('a file with %s counts as missing, and can be replaced', async (_what, content) => {
  await writeFile(join(folder, RUN_FILE), content);
  expect(await readRunFile(folder)).toEqual({});
  changeRunFile(folder, { note: 'again' });
  expect(await readRunFile(folder)).toMatchObject({ note: 'again' });
  expect(JSON.parse(await readFile(join(folder, RUN_FILE), 'utf8'))).toMatchObject({ version: 1, note: 'again' });
});

test('a folder that is gone is refused with a reason', () => {
  expect(() => changeRunFile(join(folder, 'gone'), { note: 'x' })).toThrow('could not be written');
});
