import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { Settings } from '../../../../src-renderer/state/settings.svelte';

test('typed values become the settings of the next run', () => {
  const settings = new Settings();
  expect(settings.config).toEqual(defaultConfig);
  expect(settings.are(defaultConfig)).toBe(true);
  settings.texts.epochs = ' 8 ';
  settings.augmentation = true;
  expect(settings.config).toEqual({ ...defaultConfig, epochs: 8, augmentation: true });
  expect(settings.are(defaultConfig)).toBe(false);
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

test('the number of epochs to add is checked', () => {
  const settings = new Settings();
  expect(settings.moreEpochs).toBe(5);
  settings.moreEpochsText = 'some';
  expect(settings.moreEpochs).toBeNull();
  expect(settings.moreEpochsError).not.toBeNull();
});

test('an invalid field says what to type', () => {
  const settings = new Settings();
  settings.texts.epochs = '10001';
  settings.texts.learningRate = '0';
  expect(settings.errors).toEqual({ epochs: 'Whole number, 1 to 10,000', learningRate: 'Number above 0, up to 10' });
});
