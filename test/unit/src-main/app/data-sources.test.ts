import { expect, test } from 'vitest';
import type { DataSource } from '../../../../src-preload/schemas';
import { DataSources } from '../../../../src-main/app/settings/data-sources';
import { Settings } from '../../../../src-main/app/settings/schema';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';
import { settingsInMemory } from './settings-in-memory';

const at = (folder: string, images: DataSource['images'] = null): DataSource => ({ folder, images });
const sha256Of = (number: number) => number.toString(16).padStart(64, '0');

test('data folders are found by their data, and the bundled MNIST is always known', () => {
  const settings = settingsInMemory();
  const sources = new DataSources(settings);
  expect(sources.find(BUNDLED_SHA256)).toBeNull();
  expect(sources.find(sha256Of(1))).toBeUndefined();
  sources.remember(at('/fashion'), sha256Of(1));
  sources.remember(at('/fashion'), sha256Of(1));
  expect(settings.writes).toBe(1);
  sources.remember(at('/kmnist'), sha256Of(2));
  expect([sources.find(sha256Of(1)), sources.find(sha256Of(2))]).toEqual([at('/fashion'), at('/kmnist')]);
  expect(Settings.safeParse(settings.values).success).toBe(true);
  sources.forget(sha256Of(1));
  expect(sources.find(sha256Of(1))).toBeUndefined();
});

test('moved data is found in its new folder, and a folder whose data was replaced has the new data', () => {
  const sources = new DataSources(settingsInMemory());
  sources.remember(at('/old'), sha256Of(1));
  sources.remember(at('/new'), sha256Of(1));
  expect(sources.find(sha256Of(1))).toEqual(at('/new'));
  sources.remember(at('/new'), sha256Of(2));
  expect(sources.find(sha256Of(1))).toBeUndefined();
});

test('only the 20 data folders used last are remembered', () => {
  const settings = settingsInMemory();
  const sources = new DataSources(settings);
  for (let i = 1; i <= 20; i++) sources.remember(at(`/${i}`), sha256Of(i));
  sources.remember(at('/1'), sha256Of(1));
  for (let i = 21; i <= 25; i++) sources.remember(at(`/${i}`), sha256Of(i));
  expect(Object.keys(settings.get('dataSources'))).toHaveLength(20);
  expect([1, 6, 7, 25].map((i) => sources.find(sha256Of(i)))).toEqual([at('/1'), undefined, at('/7'), at('/25')]);
});

test('a folder is remembered with unchanged and with inverted images, and the choice is kept', () => {
  const sources = new DataSources(settingsInMemory());
  sources.remember(at('/fashion'), sha256Of(1));
  sources.remember(at('/fashion', 'inverted'), sha256Of(2));
  expect(sources.find(sha256Of(1))).toEqual(at('/fashion'));
  expect(sources.find(sha256Of(2))).toEqual(at('/fashion', 'inverted'));
  sources.remember(at('/fashion', 'as-they-are'), sha256Of(1));
  expect(sources.find(sha256Of(1))).toEqual(at('/fashion', 'as-they-are'));
  expect(sources.find(sha256Of(2))).toEqual(at('/fashion', 'inverted'));
});

test('class names are remembered with their data, and found again by the folder', () => {
  const settings = settingsInMemory();
  const sources = new DataSources(settings);
  const named = { ...at('/fashion'), classNames: Array.from('abcdefghij') };
  sources.remember(at('/fashion'), sha256Of(1));
  expect(sources.namesOf('/fashion')).toEqual({});
  sources.remember(named, sha256Of(1));
  expect(settings.writes).toBe(2);
  expect(sources.find(sha256Of(1))).toEqual(named);
  expect(sources.namesOf('/fashion')).toEqual({ classNames: named.classNames });
  expect(sources.namesOf('/kmnist')).toEqual({});
  expect(Settings.safeParse(settings.values).success).toBe(true);
  sources.remember(at('/fashion'), sha256Of(1));
  expect(sources.namesOf('/fashion')).toEqual({});
});
