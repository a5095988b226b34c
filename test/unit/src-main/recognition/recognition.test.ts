import { beforeAll, describe, expect, test } from 'vitest';
import type { Drawing } from '../../../../src-preload/schemas';
import { loadDataset } from '../../../../src-main/data/load';
import { type MnistDataset, PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { BUNDLED_MODEL, type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { measuredPenAccuracy } from '../../../../src-main/recognition/measured';
import { normalize } from '../../../../src-main/recognition/normalize';
import { PAD_SIDE, rasterize } from '../../../../src-main/recognition/rasterize';
import { recognize } from '../../../../src-main/recognition/recognize';
import { glyph } from '../../../../src-main/synthesis/glyph';
import { drawByHand } from '../../../../src-main/synthesis/handwriting';
import { penForms } from '../../../../src-main/synthesis/pen-forms';
import { rngOf } from '../../../../src-main/synthesis/rng';
import { evaluateAll } from '../../../../src-main/training/evaluate';

const stroke = (width: number, ...points: [number, number][]): Drawing => ({ strokes: [{ width, points }] });
const seven = stroke(20, [70, 60], [210, 60], [130, 230]);

function massCentre(image: Uint8Array): [number, number] {
  let mass = 0;
  let x = 0;
  let y = 0;
  image.forEach((value, i) => {
    mass += value;
    x += value * (i % 28);
    y += value * Math.floor(i / 28);
  });
  return [x / mass, y / mass];
}

function inkSize(image: Uint8Array): [number, number] {
  const inked = [...image.keys()].filter((i) => image[i]! > 0);
  const span = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;
  return [span(inked.map((i) => i % 28)), span(inked.map((i) => Math.floor(i / 28)))];
}

describe('a drawing', () => {
  let data: MnistDataset;
  let bundled: BundledModel;

  beforeAll(async () => {
    await loadTensorFlow();
    data = await loadDataset(null);
    bundled = await loadBundledModel();
  });

  test("all but a few of MNIST's 10,000 test images pass through unchanged", () => {
    let unchanged = 0;
    for (let i = 0; i < data.test.count; i++) {
      const image = data.test.images.subarray(i * PIXELS, (i + 1) * PIXELS);
      const normalized = normalize({ width: 28, height: 28, values: image });
      if (normalized && Buffer.compare(normalized.pixels, image) === 0) unchanged++;
    }
    expect(unchanged).toBeGreaterThanOrEqual(9_990);
  });

  test.each([
    ['large', seven],
    ['small and off the centre', stroke(8, [20, 20], [60, 20], [35, 75])],
    ['with a thin pen', stroke(2, [70, 60], [210, 60], [130, 230])],
  ])('%s is scaled to 20 pixels along its longer side, with its mass in the centre', (_, drawing) => {
    const image = normalize(rasterize(drawing))!.pixels;
    const [width, height] = inkSize(image);
    expect(Math.max(width, height)).toBe(20);
    const [x, y] = massCentre(image);
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.55);
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.55);
    expect(Math.max(...image)).toBeGreaterThanOrEqual(250);
  });

  test('is inked like with a round pen', () => {
    const { values } = rasterize(stroke(20, [100, 100], [180, 100]));
    const at = (x: number, y: number) => values[y * PAD_SIDE + x];
    expect(at(140, 100)).toBe(255);
    expect(at(140, 108)).toBe(255);
    expect(at(140, 111)).toBe(0);
    expect(at(91, 100)).toBe(255);
    expect(at(88, 100)).toBe(0);
    expect(at(91, 92)).toBe(0);
    // A disc of diameter 20 has 314 pixels.
    const dot = rasterize(stroke(20, [140, 140])).values.reduce((sum, value) => sum + value / 255, 0);
    expect(Math.abs(dot - 314)).toBeLessThan(5);
  });

  test('may be as long as one stroke can be, but not long enough to delay training', () => {
    const scribble = Array.from({ length: 20_000 }, (_, i): [number, number] => [
      140 + 100 * Math.sin(i / 50),
      140 + 100 * Math.cos(i / 77),
    ]);
    expect(rasterize(stroke(20, ...scribble)).values.some((value) => value === 255)).toBe(true);
    const across = Array.from({ length: 20_000 }, (_, i): [number, number] => (i % 2 ? [0, 0] : [280, 280]));
    expect(() => rasterize(stroke(100, ...across))).toThrow(
      expect.objectContaining({ code: 'drawing-too-long' }) as Error,
    );
  });

  test('is wider where the pen was pressed, and erased where the eraser was', () => {
    const { values } = rasterize({
      strokes: [
        {
          width: 20,
          points: [
            [40, 140, 0.5],
            [240, 140, 2],
          ],
        },
        { width: 30, erases: true, points: [[140, 140]] },
      ],
    });
    const at = (x: number, y: number) => values[y * PAD_SIDE + x];
    // Radius 5 at the left end, 20 at the right.
    expect([at(40, 143), at(40, 147), at(240, 157), at(240, 162)]).toEqual([255, 0, 255, 0]);
    expect([at(140, 140), at(128, 140), at(122, 140)]).toEqual([0, 0, 255]);
  });

  test('is on the pad where its frame says', () => {
    const { pixels, frame } = normalize(rasterize(stroke(20, [200, 60], [200, 160])))!;
    const inked = [...pixels.keys()].filter((i) => pixels[i]! > 128);
    const onPad = (i: number) => [
      frame.x + ((i % 28) + 0.5) * (frame.width / 28),
      frame.y + (Math.floor(i / 28) + 0.5) * (frame.height / 28),
    ];
    for (const [x, y] of inked.map(onPad)) {
      expect(Math.abs(x! - 200)).toBeLessThan(13);
      expect(y!).toBeGreaterThan(49);
      expect(y!).toBeLessThan(171);
    }
  });

  test('may leave the pad, and may be empty', () => {
    expect(normalize(rasterize({ strokes: [] }))).toBeNull();
    expect(normalize(rasterize(stroke(20, [-500, -500], [-400, -500])))).toBeNull();
    expect(normalize(rasterize(stroke(20, [-100, 140], [400, 140])))).not.toBeNull();
    expect(recognize(bundled, { strokes: [] })).toMatchObject({
      digit: null,
      probabilities: Array(10).fill(0),
    });
  });

  test.each<[string, number, Drawing]>([
    ['with the thinnest pen', 7, stroke(4, [70, 60], [210, 60], [130, 230])],
    ['with a marker', 7, stroke(44, [70, 60], [210, 60], [130, 230])],
    ['over the whole pad, and cut off by its edge', 7, stroke(20, [2, 4], [278, 4], [120, 300])],
    ['flat', 7, stroke(16, [40, 100], [240, 100], [140, 210])],
    ['as thin as a line', 1, stroke(2, [140, 20], [140, 260])],
    ['leaning against the edge', 1, stroke(20, [0, 40], [0, 240])],
  ])('%s is read', (_, digit, drawing) => {
    expect(recognize(bundled, drawing).digit).toBe(digit);
  });

  test.each([50, 80, 200])(
    'of every form, drawn %i units high with the usual pen, is read like a large one',
    (size) => {
      const hand = { size: [size, size], pen: [20, 20], boldest: 1 } as const;
      const readings = penForms.flatMap((forms, digit) =>
        forms.map((form, at) => {
          const rng = rngOf({ seed: 5, purpose: 'penDigits', index: 100 * digit + at });
          return { digit, read: recognize(bundled, drawByHand(glyph(form), rng, hand)).digit };
        }),
      );
      expect(readings.filter(({ read }) => read === null)).toEqual([]);
      const correct = readings.filter(({ digit, read }) => digit === read).length;
      expect(correct / readings.length).toBeGreaterThanOrEqual(0.97);
    },
  );

  test('with several digits is read one by one, from left to right, with a box around each', () => {
    const sevenAt = (x: number): [number, number][] => [
      [x, 80],
      [x + 70, 80],
      [x + 30, 200],
    ];
    const strokes = [190, 20, 105].map((x) => ({ width: 14, points: sevenAt(x) }));
    const { digit, reason, parts } = recognize(bundled, { strokes });
    expect({ digit, reason, digits: parts.map((part) => part.digit) }).toEqual({
      digit: null,
      reason: 'several',
      digits: [7, 7, 7],
    });
    parts.forEach(({ box, frame, preview }, i) => {
      // The pen extends 7 units beyond the path's ends, and rounds the corner.
      expect(box).toEqual({ x: 13 + 85 * i, y: 73, width: 68, height: 134 });
      // The network's 28 pixels extend around it.
      expect(frame!.x).toBeLessThan(box.x);
      expect(frame!.x + frame!.width).toBeGreaterThan(box.x + box.width);
      expect(preview).toHaveLength(784);
    });
    expect(recognize(bundled, { strokes: [strokes[0]!] }).parts).toEqual([]);
  });

  test('that is not a digit says why', () => {
    const reasonOf = (strokes: [number, number][][]) =>
      recognize(bundled, { strokes: strokes.map((points) => ({ width: 14, points })) }).reason;
    expect(reasonOf([])).toBe('nothing');
    expect(reasonOf([[[140, 140]]])).toBe('too-small');
    const sevenAt = (x: number): [number, number][] => [
      [x, 80],
      [x + 70, 80],
      [x + 30, 200],
    ];
    expect(reasonOf([sevenAt(30)])).toBeNull();
    expect(reasonOf([sevenAt(20), sevenAt(105), sevenAt(190)])).toBe('several');
    expect(
      reasonOf([
        [
          [40, 60],
          [240, 220],
        ],
        [
          [240, 60],
          [40, 220],
        ],
        [
          [140, 30],
          [140, 250],
        ],
        [
          [30, 140],
          [250, 140],
        ],
      ]),
    ).toBe('not-a-digit');
  });

  test('of a 7 is read by the bundled model, with probabilities that sum to 1', () => {
    const { digit, probabilities } = recognize(bundled, seven);
    expect(digit).toBe(7);
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('the bundled model is as good as it says', async () => {
    const { correct, total } = evaluateAll(bundled.network, data.test);
    expect(correct / total).toBeGreaterThanOrEqual(0.99);
    expect(Math.abs(correct / total - bundled.model.testAccuracy!)).toBeLessThanOrEqual(0.0005);
    // Known for the measured weights only.
    expect(bundled.model.penAccuracy).toBeGreaterThanOrEqual(0.96);
    expect(await measuredPenAccuracy(BUNDLED_MODEL, 'of other weights')).toBeNull();
  });
});
