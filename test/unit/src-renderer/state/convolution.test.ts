import { expect, test, vi } from 'vitest';
import type { Convolution as Found, ConvolutionPlace } from '../../../../src-preload/convolution';
import type { Prediction } from '../../../../src-preload/recognition';
import { Convolution } from '../../../../src-renderer/state/convolution.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

const drawn = predictionOf(3);

function foundAt({ layer, x }: ConvolutionPlace): Found {
  const input = { patch: Array<number>(25).fill(1), kernel: Array<number>(25).fill(0.5), sum: 12.5 };
  const inputs = Array.from({ length: layer === 'firstLayer' ? 1 : 10 }, (_, i) => ({ ...input, sum: i }));
  return { inputs, bias: 0, value: x, window: [x, 0, 0, 0], winner: 0, result: x };
}

function makeConvolution(answer: Prediction | null = drawn) {
  const recognition = { answer };
  const view = { isLearning: false };
  const convolution = new Convolution(view, recognition, new Problems());
  const asked: ConvolutionPlace[] = [];
  provideBridge({
    convolve: ({ image, place }) => {
      expect(image).toBe(drawn.preview);
      asked.push(place);
      return foundAt(place);
    },
  });
  return { view, recognition, convolution, asked };
}

test('it follows the pointer while it is shown, until a pixel is held', async () => {
  const { convolution, asked } = makeConvolution();
  convolution.point(3, 4);
  expect(asked).toEqual([]);
  const stop = convolution.watch();
  await vi.waitFor(() => expect(convolution.found?.value).toBe(3));
  expect(convolution.seen).toEqual({ x: 3, y: 4, side: 5 });
  convolution.hold(5, 6);
  convolution.point(7, 8);
  expect([convolution.place, convolution.held]).toEqual([{ layer: 'firstLayer', map: 0, x: 5, y: 6 }, true]);
  convolution.hold(9, 6);
  expect([convolution.place.x, convolution.held]).toEqual([9, true]);
  convolution.hold(9, 6);
  convolution.point(1, 1);
  await vi.waitFor(() => expect(convolution.found?.value).toBe(1));
  stop();
  const { length } = asked;
  convolution.follow();
  expect(asked).toHaveLength(length);
});

test('the keys move within the map; the second layer depends on 14 x 14 pixels of the input', async () => {
  const { convolution } = makeConvolution();
  convolution.watch();
  convolution.move(-1, 1);
  expect([convolution.place.x, convolution.place.y]).toEqual([11, 13]);
  convolution.chooseLayer('secondLayer');
  expect(convolution.place).toEqual({ layer: 'secondLayer', map: 0, x: 4, y: 4 });
  // The numbers of the other layer are not shown as those of this one.
  expect(convolution.found).toBeNull();
  convolution.chooseMap(19);
  convolution.move(24, 24);
  expect(convolution.place).toEqual({ layer: 'secondLayer', map: 19, x: 7, y: 7 });
  // To the last pixel of the input.
  expect(convolution.seen).toEqual({ x: 14, y: 14, side: 14 });
  convolution.input = 6;
  await vi.waitFor(() => expect(convolution.shownInput?.sum).toBe(6));
});

test('a new answer, which another step may have given, is followed; without a drawing there is nothing', async () => {
  const { recognition, convolution, asked } = makeConvolution();
  convolution.watch();
  await vi.waitFor(() => expect(convolution.found).not.toBeNull());
  convolution.follow();
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  recognition.answer = { ...drawn, frame: null };
  convolution.follow();
  await vi.waitFor(() => expect(convolution.found).toBeNull());
  expect(asked).toHaveLength(2);
});

test('while a network learns, it is asked once a second for the same pixel, and at once for another', async () => {
  const { view, convolution, asked } = makeConvolution();
  view.isLearning = true;
  convolution.watch();
  await vi.waitFor(() => expect(convolution.found).not.toBeNull());
  convolution.follow();
  convolution.follow();
  expect(asked).toHaveLength(1);
  convolution.point(3, 4);
  await vi.waitFor(() => expect(convolution.found?.value).toBe(3));
  expect(asked).toHaveLength(2);
  view.isLearning = false;
  convolution.follow();
  await vi.waitFor(() => expect(asked).toHaveLength(3));
});
