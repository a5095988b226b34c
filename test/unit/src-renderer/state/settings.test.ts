import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { Settings } from '../../../../src-renderer/state/settings.svelte';

test('what is typed becomes the settings of the next run', () => {
  const settings = new Settings();
  expect(settings.config).toEqual(defaultConfig);
  expect(settings.areDefault).toBe(true);
  settings.texts.epochs = ' 8 ';
  settings.augmentation = true;
  expect(settings.config).toEqual({ ...defaultConfig, epochs: 8, augmentation: true });
  expect(settings.areDefault).toBe(false);
});

test.each([
  ['epochs', '0'],
  ['batchSize', '1.5'],
  ['learningRate', '-1'],
  ['momentum', '1'],
  ['seed', ''],
  ['logInterval', 'ten'],
] as const)('%s cannot be "%s"', (name, text) => {
  const settings = new Settings();
  settings.texts[name] = text;
  expect(settings.config).toBeNull();
  expect(Object.keys(settings.errors)).toEqual([name]);
  settings.texts[name] = String(defaultConfig[name]);
  expect(settings.errors).toEqual({});
});

test('more epochs are a whole number, or what is wrong is said', () => {
  const settings = new Settings();
  expect(settings.moreEpochs).toBe(5);
  settings.moreEpochsText = 'some';
  expect(settings.moreEpochs).toBeNull();
  expect(settings.moreEpochsError).not.toBeNull();
});
