import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DrawingsFolder } from '../../../../src-main/drawings/drawings-folder';
import { Handwriting } from '../../../../src-renderer/state/handwriting.svelte';
import { OwnDigits } from '../../../../src-renderer/state/own-digits.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { writingRound } from '../../../../src-renderer/state/writing-round';
import { temporaryFolder } from '../../temporary-folder';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

/** With the real folder of drawings behind the bridge. */
async function makeHandwriting() {
  const folder = new DrawingsFolder(join(await temporaryFolder(), 'drawings'));
  provideBridge({
    recognize: ({ strokes }) =>
      Promise.resolve({ ...predictionOf(7), reason: strokes[0]!.points.length < 2 ? 'too-small' : null }),
    keepDrawing: (drawing) => folder.keep(drawing),
    forgetDrawing: (id) => folder.forget(id).then(() => undefined),
  });
  const view = new StudioView();
  view.ready = true;
  const ownDigits = new OwnDigits();
  const handwriting = new Handwriting({ ownDigits, requester: new Requester(view, new Problems()) });
  return { folder, ownDigits, handwriting };
}

test('a round asks for each digit four times, in mixed order', () => {
  for (const random of [Math.random, () => 0, () => 0.999, () => 0.5]) {
    const round = writingRound(4, random);
    expect(round.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((digit) => [digit, digit, digit, digit]));
    expect(round.some((digit, i) => digit === round[i + 1])).toBe(false);
  }
});

test('what is written is kept as the digit that was asked for; a digit can be skipped, and the last one undone', async () => {
  const { folder, ownDigits, handwriting } = await makeHandwriting();
  const kept = async () => (await folder.read()).drawings.map(({ label }) => label);
  const first = handwriting.wanted!;
  expect(handwriting.keep.refusal).toBe('Write the digit first');
  expect(handwriting.undo.refusal).toBe('There is nothing to undo');

  handwriting.drawing.begin([10, 10]);
  handwriting.keep.run();
  await expect.poll(() => handwriting.complaint).toContain('too small');
  expect(await kept()).toEqual([]);
  handwriting.drawing.extend([[100, 200]]);
  handwriting.changed();
  expect(handwriting.complaint).toBeNull();
  handwriting.keep.run();
  await expect.poll(() => handwriting.progress.done).toBe(1);
  expect(await kept()).toEqual([first]);
  expect(handwriting.drawing.isEmpty).toBe(true);
  expect(handwriting.drawing.canUndo).toBe(false);

  const second = handwriting.wanted;
  handwriting.skip.run();
  expect(handwriting.progress).toEqual({ done: 2, total: 40 });
  handwriting.undo.run();
  await expect.poll(() => handwriting.wanted).toBe(second);
  handwriting.undo.run();
  await expect.poll(() => handwriting.wanted).toBe(first);
  expect(await kept()).toEqual([]);
  expect(ownDigits.drawings).toEqual([]);
});

test('while a digit is looked at before it is kept, it is neither kept again nor skipped', async () => {
  const { folder, handwriting } = await makeHandwriting();
  let answer: () => void = () => undefined;
  provideBridge({
    recognize: () => new Promise((resolve) => (answer = () => resolve(predictionOf(7)))),
    keepDrawing: (drawing) => folder.keep(drawing),
  });
  handwriting.drawing.begin([10, 10]);
  handwriting.drawing.extend([[100, 200]]);
  handwriting.keep.run();
  expect([handwriting.keep, handwriting.skip, handwriting.undo].map(({ refusal }) => refusal)).toEqual(
    Array(3).fill('One moment'),
  );
  answer();
  await expect.poll(() => handwriting.progress.done).toBe(1);
  await expect.poll(() => handwriting.skip.refusal).toBeNull();
});

test('after a round, another one can be written', async () => {
  const { handwriting } = await makeHandwriting();
  for (let i = 0; i < 40; i++) handwriting.skip.run();
  expect(handwriting.wanted).toBeNull();
  expect(handwriting.kept).toBe(0);
  expect(handwriting.skip.refusal).toBe('The round is done');
  handwriting.startRound.run();
  expect(handwriting.progress.done).toBe(0);
  expect(handwriting.wanted).not.toBeNull();
});
