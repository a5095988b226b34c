import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DrawingsFolder } from '../../../../src-main/drawings/drawings-folder';
import type { Content } from '../../../../src-renderer/state/drawing.svelte';
import { OwnDigits } from '../../../../src-renderer/state/own-digits.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { temporaryFolder } from '../../temporary-folder';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

const content = (): Content => ({ strokes: [{ width: 20, points: [[140, 60]] }], picture: null });
const prediction = predictionOf(7);

/** Provides the real folder of drawings behind the bridge. @returns a function that lists its files */
async function provideFolder(): Promise<() => Promise<string[]>> {
  const path = join(await temporaryFolder(), 'drawings');
  const folder = new DrawingsFolder(path);
  provideBridge({
    getKeptDrawings: async () => {
      const { drawings, damaged } = await folder.read();
      return { drawings, damaged };
    },
    keepDrawing: (drawing) => folder.keep(drawing),
    relabelDrawing: ({ id, label }) => folder.relabel(id, label).then(() => undefined),
    forgetDrawing: (id) => folder.forget(id).then(() => undefined),
  });
  return () => readdir(path).catch(() => []);
}

test('a digit that is clicked twice at once saves one file', async () => {
  const files = await provideFolder();
  const own = new OwnDigits();
  const drawn = content();
  await Promise.all([own.label(drawn, 7, prediction), own.label(drawn, 7, prediction)]);
  expect(await files()).toHaveLength(1);
  expect(own.labelOf(drawn)).toBe(7);
});

test('another digit replaces the label, and the same one removes the drawing', async () => {
  const files = await provideFolder();
  const own = new OwnDigits();
  const drawn = content();
  await own.label(drawn, 7, prediction);
  await own.label(drawn, 2, prediction);
  expect(own.labelOf(drawn)).toBe(2);
  expect(await files()).toHaveLength(1);
  await own.label(drawn, 2, prediction);
  expect(own.labelOf(drawn)).toBeNull();
  expect(await files()).toEqual([]);
});

test('a wrong label can be corrected after a restart', async () => {
  const files = await provideFolder();
  await new OwnDigits().label(content(), 1, prediction);
  const own = new OwnDigits();
  await own.load();
  await own.relabel(own.drawings[0]!, 7);
  const again = new OwnDigits();
  await again.load();
  expect(again.drawings.map(({ label }) => label)).toEqual([7]);
  expect(await files()).toHaveLength(1);
  await again.remove(again.drawings[0]!);
  expect(await files()).toEqual([]);
});

test('a test’s result disappears once a drawing changes', async () => {
  await provideFolder();
  const own = new OwnDigits();
  await own.label(content(), 1, prediction);
  provideBridge({
    testKeptDrawings: () => ({ count: 1, correct: 1, wrong: [], model: prediction.model }),
    relabelDrawing: () => undefined,
  });
  await own.runTest();
  expect(own.test?.correct).toBe(1);
  await own.relabel(own.drawings[0]!, 2);
  expect(own.test).toBeNull();
});

test('a test’s result disappears once another network reads, or has parts switched off', async () => {
  const own = new OwnDigits();
  const { model } = new StudioView();
  let answer: () => void = () => undefined;
  provideBridge({
    testKeptDrawings: () =>
      new Promise((resolve) => {
        answer = () => resolve({ count: 2, correct: 1, wrong: [], model: prediction.model });
      }),
  });
  const test = async (meanwhile: () => void = () => undefined) => {
    const tested = own.runTest();
    meanwhile();
    answer();
    await tested;
    return own.test?.correct ?? null;
  };
  own.follow(model);
  expect(await test()).toBe(1);
  own.follow({ ...model, testAccuracy: 0.9 });
  expect(own.test?.correct).toBe(1);
  own.follow({ ...model, name: 'run-1' });
  expect(own.test).toBeNull();
  expect(await test()).toBe(1);
  own.follow({ ...model, name: 'run-1', switchedOff: { ...model.switchedOff, units: [3] } });
  expect(own.test).toBeNull();
  expect(await test(() => own.follow(model))).toBeNull();
});

test('a drawing that could not be saved is not shown as saved', async () => {
  provideBridge({
    keepDrawing: () => {
      throw new Error('The disk is full.');
    },
  });
  const own = new OwnDigits();
  const drawn = content();
  await expect(own.label(drawn, 7, prediction)).rejects.toThrow('The disk is full.');
  expect(own.labelOf(drawn)).toBeNull();
  expect(own.saving).toBe(false);
});
