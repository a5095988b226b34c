import { expect, test } from 'vitest';
import { Settings } from '../../../../src-main/app/settings/schema';
import {
  folderToOpen,
  forgetRecentFolders,
  recentFolders,
  rememberShownRun,
} from '../../../../src-main/app/settings/shown-runs';
import { settingsInMemory } from './settings-in-memory';

test('the last shown run is remembered for each folder', () => {
  const settings = settingsInMemory();
  rememberShownRun(settings, { folder: '/a', run: 'run-1' });
  rememberShownRun(settings, { folder: '/b', run: 'run-7' });
  rememberShownRun(settings, { folder: '/a', run: 'run-2' });
  expect(settings.writes).toBe(3);
  // The same run again, or no run or folder, changes nothing.
  rememberShownRun(settings, { folder: '/a', run: 'run-2' });
  rememberShownRun(settings, { folder: '/a', run: null });
  rememberShownRun(settings, { folder: null, run: null });
  expect(settings.writes).toBe(3);
  expect(folderToOpen(settings, '/a')).toEqual({ path: '/a', run: 'run-2', snapshotRoom: 200 });
  expect(folderToOpen(settings, '/b')).toEqual({ path: '/b', run: 'run-7', snapshotRoom: 200 });
  expect(folderToOpen(settings, '/c')).toEqual({ path: '/c', run: null, snapshotRoom: 200 });
  expect(Settings.safeParse(settings.values).success).toBe(true);
});

test('only the folders used last are remembered', () => {
  const settings = settingsInMemory();
  for (let i = 1; i <= 60; i++) rememberShownRun(settings, { folder: `/${i}`, run: 'run-1' });
  expect(Object.keys(settings.get('shownRuns'))).toHaveLength(50);
  expect(folderToOpen(settings, '/10').run).toBeNull();
  expect(folderToOpen(settings, '/11').run).toBe('run-1');
});

test('recent folders are the other newest ones; forgetting them keeps the open one', () => {
  const settings = settingsInMemory();
  for (const folder of ['/a', '/b', '/c']) rememberShownRun(settings, { folder, run: 'run-1' });
  expect(recentFolders(settings, '/c')).toEqual(['/b', '/a']);
  forgetRecentFolders(settings, '/c');
  expect(recentFolders(settings, '/c')).toEqual([]);
  expect(folderToOpen(settings, '/c').run).toBe('run-1');
  forgetRecentFolders(settings, null);
  expect(settings.get('shownRuns')).toEqual({});
});
