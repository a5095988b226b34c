import { expect, test } from 'vitest';
import { RequestError } from '../../../../src-renderer/bridge';
import { FoundDigits } from '../../../../src-renderer/state/found-digits.svelte';
import { OwnDigits } from '../../../../src-renderer/state/own-digits.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

function makeFoundDigits(found: { pixels: string; digit: number }[]) {
  provideBridge({
    findDigits: () => Promise.resolve(found),
    keepDrawing: ({ id, label, pixels }) => Promise.resolve({ id, label, pixels, heldOut: false }),
  });
  const view = new StudioView();
  view.ready = true;
  const ownDigits = new OwnDigits();
  const read = (file: Blob) =>
    file.size === 0
      ? Promise.reject(new RequestError('picture-unreadable', 'It is empty.'))
      : Promise.resolve({ grey: { width: 1, height: 1, pixels: 'AA==' } });
  const requester = new Requester(view, new Problems());
  return { ownDigits, foundDigits: new FoundDigits({ ownDigits, requester }, read) };
}

test('digits of a picture are kept with the labels that were proposed or corrected', async () => {
  const { ownDigits, foundDigits } = makeFoundDigits([1, 7, 3].map((digit) => ({ pixels: `a ${digit}`, digit })));
  expect(foundDigits.keep.refusal).toBe('Open a picture first');
  foundDigits.find(new Blob(['a picture'])).run();
  await expect.poll(() => foundDigits.digits.map(({ label }) => label)).toEqual([1, 7, 3]);
  foundDigits.label(0, 7);
  foundDigits.label(2, null);
  expect(foundDigits.wanted).toBe(2);
  foundDigits.keep.run();
  await expect.poll(() => foundDigits.digits).toEqual([]);
  expect(ownDigits.drawings.map(({ label, pixels }) => [label, pixels]).sort()).toEqual([
    [7, 'a 1'],
    [7, 'a 7'],
  ]);
});

test('a label that is corrected while others are kept counts', async () => {
  const { ownDigits, foundDigits } = makeFoundDigits([1, 7].map((digit) => ({ pixels: `a ${digit}`, digit })));
  foundDigits.find(new Blob(['a picture'])).run();
  await expect.poll(() => foundDigits.digits).toHaveLength(2);
  foundDigits.keep.run();
  foundDigits.label(1, 4);
  await expect.poll(() => foundDigits.digits).toEqual([]);
  expect(ownDigits.drawings.map(({ label }) => label)).toEqual([1, 4]);
});

test('a picture that cannot be read, or has no digits, is reported', async () => {
  const { foundDigits } = makeFoundDigits([]);
  foundDigits.find(new Blob([])).run();
  await expect.poll(() => foundDigits.problem).toBe('It is empty.');
  foundDigits.find(new Blob(['a picture'])).run();
  await expect.poll(() => foundDigits.problem).toBe('There is no digit in the picture.');
});
