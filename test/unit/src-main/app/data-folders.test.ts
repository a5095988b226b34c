import { expect, test } from 'vitest';
import { DataFolders } from '../../../../src-main/app/settings/data-folders';
import { Settings } from '../../../../src-main/app/settings/schema';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';
import { settingsInMemory } from './settings-in-memory';

const sha256Of = (number: number) => number.toString(16).padStart(64, '0');

test('data folders are found by their data, and the bundled MNIST is always known', () => {
  const settings = settingsInMemory();
  const folders = new DataFolders(settings);
  expect(folders.find(BUNDLED_SHA256)).toBeNull();
  expect(folders.find(sha256Of(1))).toBeUndefined();
  folders.remember('/fashion', sha256Of(1));
  folders.remember('/fashion', sha256Of(1));
  expect(settings.writes).toBe(1);
  folders.remember('/kmnist', sha256Of(2));
  expect([folders.find(sha256Of(1)), folders.find(sha256Of(2))]).toEqual(['/fashion', '/kmnist']);
  expect(Settings.safeParse(settings.values).success).toBe(true);
  folders.forget(sha256Of(1));
  expect(folders.find(sha256Of(1))).toBeUndefined();
});

test('data that moved are found where they are now, and a folder whose data were replaced holds the new ones', () => {
  const folders = new DataFolders(settingsInMemory());
  folders.remember('/old', sha256Of(1));
  folders.remember('/new', sha256Of(1));
  expect(folders.find(sha256Of(1))).toBe('/new');
  folders.remember('/new', sha256Of(2));
  expect(folders.find(sha256Of(1))).toBeUndefined();
});

test('only the 20 data folders that were used last are remembered', () => {
  const settings = settingsInMemory();
  const folders = new DataFolders(settings);
  for (let i = 1; i <= 20; i++) folders.remember(`/${i}`, sha256Of(i));
  folders.remember('/1', sha256Of(1));
  for (let i = 21; i <= 25; i++) folders.remember(`/${i}`, sha256Of(i));
  expect(Object.keys(settings.get('dataFolders'))).toHaveLength(20);
  expect([1, 6, 7, 25].map((i) => folders.find(sha256Of(i)))).toEqual(['/1', undefined, '/7', '/25']);
});
