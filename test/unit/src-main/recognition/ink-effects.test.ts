import { beforeAll, describe, expect, test } from 'vitest';
import type { Drawing } from '../../../../src-preload/schemas';
import { fromGreyImage } from '../../../../src-main/data/grey-image';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { tempered } from '../../../../src-main/recognition/calibration';
import { inkEffects } from '../../../../src-main/recognition/ink-effects';
import { inkPieces } from '../../../../src-main/recognition/ink-pieces';
import { lookInside } from '../../../../src-main/recognition/insight';
import { normalize, place, placementOf } from '../../../../src-main/recognition/normalize';
import { withReadablePen } from '../../../../src-main/recognition/pen-width';
import { PAD_SIDE, rasterize, rasterizePaths } from '../../../../src-main/recognition/rasterize';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';

const KEY = 0x1a4;
const digits = Array.from({ length: 10 }, (_, digit) => penDigit(digit, KEY, digit));

const isInBox = (x: number, y: number) => Math.min(x, y, 27 - x, 27 - y) >= 4;

/** Pearson's correlation coefficient. */
function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((x, y) => x + y) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  const deviation = (values: number[], middle: number) => Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return covariance / (deviation(a, meanA) * deviation(b, meanB));
}

describe('the pieces of a drawing', () => {
  test('leave its line together, with erasers in their place', () => {
    const eraser = { width: 30, erases: true, points: [[0, 140] as [number, number], [280, 140] as [number, number]] };
    for (const drawing of [...digits, { strokes: [...digits[8]!.strokes, eraser, ...digits[1]!.strokes] }]) {
      const whole = rasterize(drawing).values;
      const pieces = inkPieces(drawing);
      const together = rasterizePaths(pieces).values;
      // A cut may round the edge of the line differently.
      expect(whole.every((value, i) => Math.abs(value - together[i]!) <= 1)).toBe(true);
      expect(pieces.length).toBeGreaterThan(drawing.strokes.length);
      expect(pieces.length).toBeLessThan(60);
    }
  });

  test('have the same length within a stroke', () => {
    const square: [number, number][] = [
      [40, 40],
      [240, 40],
      [240, 240],
    ];
    const lengths = inkPieces({ strokes: [{ width: 20, points: square }] }).map(({ segments }) =>
      segments.reduce((sum, [from, to]) => sum + Math.hypot(to[0] - from[0], to[1] - from[1]), 0),
    );
    expect(lengths.length).toBeGreaterThan(5);
    for (const length of lengths) expect(length).toBeCloseTo(lengths[0]!, 6);
  });

  test('of a dot are one', () => {
    expect(inkPieces({ strokes: [{ width: 20, points: [[100, 100]] }] })).toHaveLength(1);
  });
});

test("another drawing's ink is placed and darkened like the first, by averaging over each pixel's area", () => {
  const drawing = rasterize(digits[4]!);
  const placement = placementOf(drawing)!;
  const { pixels, frame } = normalize(drawing)!;
  expect(place(drawing, placement)).toEqual(pixels);
  const other = rasterize(digits[0]!);
  const placed = place(other, placement);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= PAD_SIDE || y >= PAD_SIDE ? 0 : other.values[y * PAD_SIDE + x]!;
  // Five samples in each direction for every pixel of the pad.
  const fine = 5;
  placed.forEach((value, i) => {
    const [left, top] = [frame.x + ((i % 28) * frame.width) / 28, frame.y + (Math.floor(i / 28) * frame.height) / 28];
    const count = Math.ceil((frame.width / 28) * fine);
    let sum = 0;
    for (let j = 0; j < count * count; j++) {
      const x = left + (((j % count) + 0.5) * frame.width) / 28 / count;
      const y = top + ((Math.floor(j / count) + 0.5) * frame.height) / 28 / count;
      sum += at(Math.floor(x), Math.floor(y));
    }
    const expected = Math.min(255, (placement.gain * sum) / count ** 2);
    expect(Math.abs(value - expected)).toBeLessThan(3);
  });
});

describe('the effects of erasing', () => {
  let bundled: BundledModel;
  beforeAll(async () => {
    await loadTensorFlow();
    bundled = await loadBundledModel();
  });
  const effectsOf = (drawing: Drawing) => inkEffects(() => bundled, drawing);

  test('are those of really erasing each piece and reading the rest in the same place', async () => {
    for (const drawing of digits) {
      const { digit, probability, pieces } = (await effectsOf(drawing))!;
      const parts = inkPieces(withReadablePen(drawing));
      const placement = placementOf(rasterizePaths(parts))!;
      const read = (paths: typeof parts) => {
        const logProbabilities = bundled.network.logProbabilities(place(rasterizePaths(paths), placement), 1);
        return tempered(logProbabilities, bundled.calibration.temperature);
      };
      const whole = read(parts);
      expect(whole.indexOf(Math.max(...whole))).toBe(digit);
      expect(Math.abs(whole[digit]! - probability)).toBeLessThan(1e-6);
      const odds = (p: number[]) => Math.log(p[digit]!) - Math.log(p.reduce((a, b, i) => (i === digit ? a : a + b), 0));
      expect(pieces).toHaveLength(parts.length);
      pieces.forEach((piece, i) => {
        const rest = read(parts.filter((_, j) => j !== i));
        expect(Math.abs(rest[digit]! - piece.probability)).toBeLessThan(1e-6);
        expect(rest.indexOf(Math.max(...rest))).toBe(piece.digit);
        expect(piece.evidence).toBeCloseTo(odds(whole) - odds(rest), 1);
      });
    }
  });

  test('are other ones for random weights, and so is the saliency', async () => {
    const random = createNetwork(initialWeights(7));
    const untrained = { network: random, calibration: { temperature: 1, threshold: 0 } };
    const similar: number[] = [];
    const similarSaliency: number[] = [];
    for (const drawing of digits) {
      const learned = (await effectsOf(drawing))!;
      const other = (await inkEffects(() => untrained, drawing))!;
      const evidence = ({ pieces }: typeof learned) => pieces.map((piece) => piece.evidence);
      similar.push(correlation(evidence(learned), evidence(other)));
      const { pixels } = normalize(rasterize(withReadablePen(drawing)))!;
      // In the box that has the digit: the empty edge is dark in every picture.
      const saliency = (weights: ReturnType<typeof initialWeights>) =>
        [...fromGreyImage(lookInside(weights, pixels).saliency)].filter((_, at) =>
          isInBox(at % 28, Math.floor(at / 28)),
        );
      similarSaliency.push(correlation(saliency(bundled.network.weights()), saliency(random.weights())));
    }
    random.dispose();
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(mean(similar)).toBeLessThan(0.3);
    expect(mean(similarSaliency)).toBeLessThan(0.3);
  });

  test('are not told for nothing, a dot, two digits, or when they are no longer wanted', async () => {
    expect(await effectsOf({ strokes: [] })).toBeNull();
    expect(await effectsOf({ strokes: [{ width: 20, points: [[140, 140]] }] })).toBeNull();
    const half = (drawing: Drawing, by: number): Drawing => ({
      strokes: drawing.strokes.map(({ points, ...stroke }) => ({
        ...stroke,
        width: stroke.width / 2,
        points: points.map(([x, y]): [number, number] => [x * 0.45 + by, y * 0.8 + 20]),
      })),
    });
    expect(await effectsOf({ strokes: [...half(digits[1]!, 0).strokes, ...half(digits[7]!, 140).strokes] })).toBeNull();
    let asked = 0;
    expect(await inkEffects(() => (++asked > 3 ? null : bundled), digits[3]!)).toBeNull();
  });
});
