import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { type LabelledImages, PIXELS, SIDE } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import type { Picture } from '../../../../src-main/recognition/picture';
import { rasterize } from '../../../../src-main/recognition/rasterize';
import { findDigits, recognizeDigits } from '../../../../src-main/recognition/several';

let set: LabelledImages;
let bundled: BundledModel;

beforeAll(async () => {
  await loadTensorFlow();
  ({ test: set } = await loadDataset(null));
  bundled = await loadBundledModel();
});

/** Dark ink on white: MNIST's test images at the given positions, each pixel `scale` x `scale`. */
function pageOf(width: number, height: number, digits: { index: number; x: number; y: number; scale: number }[]) {
  const values = new Uint8Array(width * height).fill(255);
  for (const { index, x, y, scale } of digits) {
    for (let py = 0; py < SIDE * scale; py++) {
      for (let px = 0; px < SIDE * scale; px++) {
        const at = index * PIXELS + Math.floor(py / scale) * SIDE + Math.floor(px / scale);
        const place = (y + py) * width + x + px;
        values[place] = Math.min(values[place]!, 255 - set.images[at]!);
      }
    }
  }
  return { width, height, values } satisfies Picture;
}

test.each([
  ['a number', [[0, 1]], 2],
  ['a line of a form', [[2, 3, 4, 5, 6, 7]], 1],
  ['a small column', [[0], [2], [4]], 2],
  [
    'three lines of different lengths',
    [
      [9, 10, 12, 13],
      [14, 15],
      [16, 17, 19],
    ],
    2,
  ],
])('%s of MNIST is read from left to right, line by line', (_what, lines, scale) => {
  // Uneven, like handwriting.
  const digits = lines.flatMap((line, row) =>
    line.map((index, i) => ({
      index,
      x: 20 + 30 * scale * i + 3 * row,
      y: 20 + 40 * scale * row + 2 * (i % 2),
      scale,
    })),
  );
  const page = pageOf(
    40 + 31 * scale * Math.max(...lines.map((line) => line.length)),
    20 + 44 * scale * lines.length,
    digits,
  );
  const { text, digits: read } = recognizeDigits(bundled, page);
  expect(text).toBe(
    lines
      .flat()
      .map((index) => set.labels[index])
      .join(''),
  );
  // Each box is at its digit's position.
  read.forEach(({ box: [x, y, width, height] }, i) => {
    const { x: left, y: top } = digits[i]!;
    expect(x).toBeGreaterThanOrEqual(left);
    expect(y).toBeGreaterThanOrEqual(top);
    expect(x + width).toBeLessThanOrEqual(left + SIDE * scale + 2);
    expect(y + height).toBeLessThanOrEqual(top + SIDE * scale + 2);
  });
});

test('wide digits are not mistaken for two touching ones', () => {
  const wide = [126, 445, 490, 583, 610, 625, 1014, 1549];
  for (const index of wide) {
    const digits = [{ index, x: 20, y: 20, scale: 2 }];
    expect(recognizeDigits(bundled, pageOf(100, 100, digits)).digits, `image ${index}`).toHaveLength(1);
  }
});

test('heavy digits near the border are not mistaken for punched holes', () => {
  const heavy = [3768, 5940, 6154, 7898, 8077, 8097];
  for (const index of heavy) {
    const digits = [0, index, 2].map((each, i) => ({ index: each, x: 20 + 70 * i, y: 10, scale: 2 }));
    const { text } = recognizeDigits(bundled, pageOf(270, 80, digits));
    expect(text, `image ${index}`).toBe(`7${set.labels[index]}1`);
  }
});

test('unclear writing is read as the likeliest digit among digits, but not alone', () => {
  const index = 1124;
  const alone = pageOf(100, 100, [{ index, x: 20, y: 20, scale: 2 }]);
  expect(recognizeDigits(bundled, alone).text).toBe('?');
  const among = [0, 2, index, 4].map((each, i) => ({ index: each, x: 20 + 70 * i, y: 20, scale: 2 }));
  expect(recognizeDigits(bundled, pageOf(340, 100, among)).text).toBe(`71${set.labels[index]}4`);
});

test('a 7 is read whose bar is separate from its top and its stem', () => {
  const drawn = rasterize({
    strokes: [
      {
        width: 12,
        points: [
          [90, 60],
          [190, 60],
          [190, 61],
          [150, 150],
          [120, 230],
        ],
      },
      {
        width: 12,
        points: [
          [96, 125],
          [140, 125],
        ],
      },
    ],
  });
  const { text } = recognizeDigits(bundled, { ...drawn, values: drawn.values.map((ink) => 255 - ink) });
  expect(text).toBe('7');
});

test('the digits of a page are found even if the network cannot read them', () => {
  const indices = [0, 1, 2, 3, 4];
  const page = pageOf(
    400,
    100,
    indices.map((index, i) => ({ index, x: 20 + 70 * i, y: 20, scale: 2 })),
  );
  const found = findDigits(bundled, page);
  expect(found.map(({ digit }) => digit)).toEqual(indices.map((index) => set.labels[index]));
  // A network that is never sure finds the same digits.
  const unsure = { ...bundled, calibration: { temperature: 1, threshold: 2 } };
  expect(recognizeDigits(unsure, page).text).toBe('?????');
  expect(findDigits(unsure, page)).toHaveLength(5);
  for (const { pixels } of found) expect(Math.max(...pixels)).toBeGreaterThan(200);
  expect(findDigits(bundled, pageOf(50, 50, []))).toEqual([]);
});
