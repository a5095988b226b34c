import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { readSettings } from '../../../../src-main/app/settings/read';
import { defaultSettings } from '../../../../src-main/app/settings/schema';
import { SettingsStore } from '../../../../src-main/app/settings/store';
import { temporaryFolder } from '../../temporary-folder';

// Otherwise Electron's package cannot be imported if Electron is not installed.
vi.hoisted(() => (process.env.ELECTRON_OVERRIDE_DIST_PATH ??= '.'));

const refuse = (message: string) => {
  throw new Error(message);
};

/** @param content the text of the file, or its content as JSON; undefined for no file */
async function openSettings(content?: unknown) {
  const folder = await temporaryFolder();
  const file = join(folder, 'settings.json');
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  if (content !== undefined) await writeFile(file, text);
  const store = new SettingsStore(folder, refuse);
  const all = () => {
    const names = Object.keys(defaultSettings) as (keyof typeof defaultSettings)[];
    return Object.fromEntries(names.map((name) => [name, store.get(name)]));
  };
  const written = async () => JSON.parse(await readFile(file, 'utf8')) as unknown;
  /** Returns the file that was kept, and checks that the notice names it. */
  const aside = async () => {
    const [name, ...more] = (await readdir(folder)).filter((name) => name.startsWith('settings.damaged-'));
    expect(more).toEqual([]);
    expect(store.notice).toContain(file);
    expect(store.notice).toContain(`kept beside it as ${name}.`);
    return readFile(join(folder, name!), 'utf8');
  };
  return { folder, file, text, store, all, written, aside };
}

const ours = {
  folder: '/home/somebody/Checkpoints',
  shownRuns: { '/home/somebody/runs': 'run-2' },
  dataSource: { folder: '/home/somebody/Fashion', images: 'inverted' },
  dataSources: { ['f'.repeat(64)]: { folder: '/home/somebody/Fashion', images: 'inverted' } },
  device: 'wasm' as const,
  snapshotRoom: 50 as const,
  theme: 'dark' as const,
  config: { ...defaultConfig, epochs: 7, learningRate: 0.05, augmentation: true },
  window: { x: 20, y: 30, width: 1111, height: 777, maximized: true },
};

test('settings are stored with the version of their format', async () => {
  const { folder, store, written } = await openSettings();
  expect(store.notice).toBeNull();
  for (const [name, value] of Object.entries(ours)) store.set(name as 'folder', value as string);
  expect(await written()).toEqual({ version: 3, ...ours });
  const again = new SettingsStore(folder, refuse);
  expect(again.notice).toBeNull();
  expect(again.get('config')).toEqual(ours.config);
  expect(again.get('folder')).toBe(ours.folder);
});

test('a file without a version is migrated completely', async () => {
  // Augmentation did not exist then either.
  const config = { ...ours.config, augmentation: undefined };
  const { store, all, written } = await openSettings({ ...ours, config });
  expect(store.notice).toBeNull();
  expect(all()).toEqual({ ...ours, config: { ...config, augmentation: false } });
  expect(await written()).toEqual({ version: 3, ...all() });
});

test('data folders of version 2 are migrated', async () => {
  const sha256 = 'e'.repeat(64);
  const inVersion2 = (values: object) => ({
    ...ours,
    version: 2,
    dataSource: undefined,
    dataSources: undefined,
    ...values,
  });
  const { store, all, written } = await openSettings(
    inVersion2({ dataFolder: '/kmnist', dataFolders: { [sha256]: '/kmnist' } }),
  );
  expect(store.notice).toBeNull();
  const source = { folder: '/kmnist', images: null };
  expect(all()).toEqual({ ...ours, dataSource: source, dataSources: { [sha256]: source } });
  expect(await written()).toEqual({ version: 3, ...all() });
  const bundled = await openSettings(inVersion2({ dataFolder: null, dataFolders: {} }));
  expect(bundled.all()).toEqual({ ...ours, dataSource: null, dataSources: {} });
});

test('older versions go through every migration', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'settings.json');
  const steps = [
    ({ place, ...rest }: Record<string, unknown>) => ({ ...rest, folders: [place] }),
    ({ folders, ...rest }: Record<string, unknown>) => ({ ...rest, folder: (folders as string[])[0] }),
  ];
  await writeFile(file, JSON.stringify({ place: '/first' }));
  expect(readSettings(file, steps)).toMatchObject({ settings: { folder: '/first' }, changed: true, notice: null });
  await writeFile(file, JSON.stringify({ version: 2, folders: ['/second'] }));
  expect(readSettings(file, steps)).toMatchObject({ settings: { folder: '/second' }, changed: true, notice: null });
  await writeFile(file, JSON.stringify({ version: 3, folder: '/third' }));
  expect(readSettings(file, steps)).toMatchObject({ settings: { folder: '/third' }, changed: false, notice: null });
});

describe('a damaged file is kept, the notice names it, and', () => {
  test.each([
    ['is empty', ''],
    ['was cut off', JSON.stringify(ours).slice(0, 80)],
    ['is not text', '\u0000\u0001\u0002'],
    ['is not an object', '[1, 2]'],
    ['is null', 'null'],
  ])('one that %s is replaced by the defaults', async (_what, content) => {
    const { all, written, aside } = await openSettings(content);
    expect(all()).toEqual(defaultSettings);
    expect(await aside()).toBe(content);
    expect(await written()).toEqual({ version: 3, ...defaultSettings });
  });

  test.each([
    ['folder', { ...ours, folder: 17 }, { ...ours, folder: null }],
    ['config', { ...ours, config: null }, { ...ours, config: defaultConfig }],
    [
      'config.epochs',
      { ...ours, config: { ...ours.config, epochs: -3 } },
      { ...ours, config: { ...ours.config, epochs: 3 } },
    ],
    [
      'window.width',
      { ...ours, window: { ...ours.window, width: 'large' } },
      { ...ours, window: { ...ours.window, width: 1280 } },
    ],
    ['dataSources.fashion', { ...ours, dataSources: { ...ours.dataSources, fashion: ours.dataSource } }, ours],
    ['toString', { ...ours, toString: 1 }, ours],
    ['config.__proto__', JSON.stringify(ours).replace('"epochs"', '"__proto__":{"epochs":5},"epochs"'), ours],
  ])('valid settings beside an invalid %s are used', async (name, content, expected) => {
    const { store, text, all, written, aside } = await openSettings(content);
    expect(all()).toEqual(expected);
    expect(store.notice).toContain(`so these have their defaults: ${name}.`);
    expect(await aside()).toBe(text);
    expect(await written()).toEqual({ version: 3, ...expected });
  });

  test.each([
    ['newer', { version: 7, ...ours, config: { ...ours.config, optimizer: 'adam' }, palette: 'sepia' }],
    ['nonsensical', { version: 'first', ...ours }],
  ])('the known settings of a %s version are used', async (_what, content) => {
    const { store, text, all, aside } = await openSettings(content);
    expect(all()).toEqual(ours);
    expect(store.notice).toContain('by another version of Digit Studio');
    expect(await aside()).toBe(text);
  });

  test('an unreadable file is moved away', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'settings.json', 'somebody'), { recursive: true });
    const store = new SettingsStore(folder, refuse);
    expect(store.notice).toContain('could not be read (it is a folder)');
    const [aside] = (await readdir(folder)).filter((name) => name.startsWith('settings.damaged-'));
    expect(existsSync(join(folder, aside!, 'somebody'))).toBe(true);
    store.set('folder', ours.folder);
    expect(new SettingsStore(folder, refuse).get('folder')).toBe(ours.folder);
  });
});

test('settings that cannot be written last while the application runs, and the reason is reported', async () => {
  const folder = await temporaryFolder();
  // Where the folder should be, there is a file.
  const profile = join(folder, 'profile');
  await writeFile(profile, 'mine');
  const told: string[] = [];
  const store = new SettingsStore(profile, (message) => told.push(message));
  store.set('folder', ours.folder);
  expect(store.get('folder')).toBe(ours.folder);
  expect(told.at(-1)).toMatch(/settings\.json: not a folder\. They are kept only until you quit Digit Studio/);
  expect(await readFile(profile, 'utf8')).toBe('mine');
});
