import { expect, test } from 'vitest';
import type { RunSummary } from '../../../../src-preload/contract';
import { defaultConfig } from '../../../../src-preload/schemas';
import { differences, networkWords, originWords, runColour, shortened } from '../../../../src-renderer/state/run-words';

/** A run that a person named. */
const named = [{ run: 'run-1', name: 'bold strokes' } as RunSummary];

test('only differences from the article’s settings are named', () => {
  expect(differences(defaultConfig)).toEqual([]);
  const config = { ...defaultConfig, epochs: 8, learningRate: 0.02, augmentation: true, logInterval: 1 };
  expect(differences(config)).toEqual(['8\u00a0epochs', 'learning rate 0.02', 'augmented', 'log every 1\u00a0step']);
});

test('of many settings only as many as fit are named, and the others are counted', () => {
  expect(shortened(['8 epochs', 'augmented'])).toBe('8 epochs · augmented');
  const many = ['8 epochs', 'learning rate 0.02', 'momentum 0.9', 'batch 128', 'augmented'];
  expect(shortened(many)).toBe('8 epochs · learning rate 0.02 · momentum 0.9 · 2 more');
  expect(shortened(many, '● training')).toBe('8 epochs · learning rate 0.02 · 3 more');
  // One is named however long it is.
  expect(shortened(['x'.repeat(60), 'augmented'])).toBe(`${'x'.repeat(60)} · 1 more`);
});

test('the origin of a run is named', () => {
  expect(originWords({ run: 'run-1', step: 1480 })).toBe('from run-1, step 1,480');
  expect(originWords({ file: 'model.safetensors' })).toBe('from model.safetensors');
  expect(originWords({ run: 'run-1', step: 1480 }, named)).toBe('from bold strokes, step 1,480');
});

test('consecutive runs have different colours, and each keeps its own', () => {
  const colours = Array.from({ length: 10 }, (_, i) => runColour(`run-${i + 1}`));
  expect(new Set(colours).size).toBe(10);
  expect(runColour('run-11')).toBe(runColour('run-1'));
  expect(runColour('mine')).toBe(runColour('mine'));
});

test('a network is called as its run is in the list', () => {
  const network = { source: 'run', name: 'run-1', step: 1480 } as const;
  expect(networkWords(named, network)).toBe('bold strokes at step 1,480');
  expect(networkWords([], network)).toBe('run-1 at step 1,480');
  expect(networkWords(named, { ...network, source: 'weights' })).toBe('run-1');
  expect(networkWords(named, { ...network, source: 'bundled' })).toBe('the built-in network');
});
