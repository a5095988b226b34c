import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { type MnistDataset, PIXELS, SIDE } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { findInk } from '../../../../src-main/recognition/find-ink';
import { type Picture, dilated } from '../../../../src-main/recognition/picture';
import { answer } from '../../../../src-main/recognition/reading';
import { recognizePicture } from '../../../../src-main/recognition/recognize';
import { rngOf } from '../../../../src-main/synthesis/rng';

const rng = rngOf({ seed: 1, purpose: 'samples' });
let data: MnistDataset;
let bundled: BundledModel;

beforeAll(async () => {
  await loadTensorFlow();
  data = await loadDataset(null);
  bundled = await loadBundledModel();
});

/** The brightness of the paper and the darkness of the ink. */
interface Scene {
  width: number;
  height: number;
  /** Pixels of the picture per pixel of the digit, and where its 28 x 28 pixels start. */
  scale: number;
  left: number;
  top: number;
  /** 0 to 255, at a position given as fractions of width and height. */
  paper: (x: number, y: number) => number;
  /** The fraction of the paper's brightness that full ink has. */
  ink: number;
  noise: number;
}

const scan: Scene = { width: 28, height: 28, scale: 1, left: 0, top: 0, paper: () => 255, ink: 0, noise: 0 };

/** The same grain for all photos, which differ in their digits. */
const grain = Float32Array.from({ length: 240 * 180 }, () => rng.normal(1));

function photograph(digit: Uint8Array, scene: Scene): Picture {
  const { width, height, scale, left, top, paper, ink, noise } = scene;
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : digit[y * SIDE + x]! / 255);
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Interpolates between the digit's pixels, like a lens.
      const dx = (x + 0.5 - left) / scale - 0.5;
      const dy = (y + 0.5 - top) / scale - 0.5;
      const [fx, fy] = [Math.floor(dx), Math.floor(dy)];
      const [tx, ty] = [dx - fx, dy - fy];
      const amount =
        (at(fx, fy) * (1 - tx) + at(fx + 1, fy) * tx) * (1 - ty) +
        (at(fx, fy + 1) * (1 - tx) + at(fx + 1, fy + 1) * tx) * ty;
      const light = paper(x / width, y / height) * (1 - amount * (1 - ink)) + (noise && noise * grain[y * width + x]!);
      values[y * width + x] = Math.min(255, Math.max(0, Math.round(light)));
    }
  }
  return { width, height, values };
}

const inverted = (picture: Picture): Picture => ({ ...picture, values: picture.values.map((value) => 255 - value) });

const photo: Scene = {
  width: 240,
  height: 180,
  scale: 4.2,
  left: 78,
  top: 24,
  // Light from the upper left, and the shadow of a hand with a soft edge.
  paper: (x, y) => 230 - 60 * x - 30 * y - 50 / (1 + Math.exp(-30 * (x + y - 1.1))),
  ink: 0.35,
  noise: 4,
};

/** Sets the pixels of the picture that `where` selects. */
function over(picture: Picture, value: number, where: (x: number, y: number) => boolean): Picture {
  const { width, values } = picture;
  return { ...picture, values: values.map((old, i) => (where(i % width, Math.floor(i / width)) ? value : old)) };
}

const speck = (x: number, y: number, cx: number, cy: number, r: number) => Math.hypot(x - cx, y - cy) < r;

describe('a digit is found and read like MNIST’s original', () => {
  test.each<[string, (digit: Uint8Array) => Picture]>([
    ['in a small picture, light on dark', (digit) => inverted(photograph(digit, scan))],
    ['in a small picture, dark on light', (digit) => photograph(digit, scan)],
    [
      'in a large picture',
      (digit) => photograph(digit, { ...scan, width: 450, height: 600, scale: 12, left: 60, top: 150 }),
    ],
    ['on paper with uneven light', (digit) => photograph(digit, photo)],
    ['in chalk', (digit) => inverted(photograph(digit, photo))],
    ['in faint pencil', (digit) => photograph(digit, { ...photo, ink: 0.65, noise: 2 })],
    ['small, in a corner of the picture', (digit) => photograph(digit, { ...photo, scale: 2, left: 12, top: 115 })],
    [
      'among specks',
      (digit) => over(photograph(digit, photo), 20, (x, y) => speck(x, y, 24, 24, 2) || speck(x, y, 225, 150, 2.5)),
    ],
    [
      'in a frame',
      (digit) =>
        over(photograph(digit, photo), 30, (x, y) => {
          const inside = (margin: number) =>
            x >= 54 + margin && x < 222 - margin && y >= 9 + margin && y < 165 - margin;
          return inside(0) && !inside(3);
        }),
    ],
    [
      'on a sheet that does not fill the photo',
      (digit) => over(photograph(digit, photo), 45, (x, y) => x < 36 || y > 160 || x + y < 54),
    ],
  ])('%s', (_, pictureOf) => {
    const count = 12;
    let same = 0;
    for (let i = 0; i < count; i++) {
      const digit = data.test.images.subarray(i * PIXELS, (i + 1) * PIXELS);
      if (recognizePicture(bundled, pictureOf(digit)).digit === answer(bundled, digit).digit) same++;
    }
    expect(same / count).toBeGreaterThanOrEqual(0.95);
  });
});

/** The digit's ink, cropped to its box, scaled to `side` pixels along the longer side, with a margin of paper. */
function cutOut(digit: Uint8Array, side: number, margin: number, scene: Partial<Scene> = {}): Picture {
  const inked = [...digit.keys()].filter((i) => digit[i]! > 0);
  const [xs, ys] = [inked.map((i) => i % SIDE), inked.map((i) => Math.floor(i / SIDE))];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
  const scale = side / Math.max(width, height);
  return photograph(digit, {
    ...scan,
    scale,
    left: margin - left * scale,
    top: margin - top * scale,
    width: Math.round(width * scale) + 2 * margin,
    height: Math.round(height * scale) + 2 * margin,
    ...scene,
  });
}

/** Erodes the strokes to lines about two pixels wide. */
function thin(picture: Picture): Picture {
  const { width, height, values } = picture;
  const radius = 4;
  const lightest = dilated({ width, height, values: Float32Array.from(values) }, radius, 255);
  return { width, height, values: Uint8Array.from(lightest.values) };
}

describe('a digit is read', () => {
  const large: Scene = { ...scan, width: 300, height: 300 };
  test.each<[string, (digit: Uint8Array) => Picture]>([
    ['small, in the middle of a clean page', (digit) => photograph(digit, { ...large, scale: 2, left: 122, top: 122 })],
    [
      'small, off the centre, light on dark',
      (digit) => inverted(photograph(digit, { ...large, scale: 3, left: 40, top: 50 })),
    ],
    ['cropped tightly', (digit) => cutOut(digit, 100, 0)],
    ['cropped tightly, light on dark', (digit) => inverted(cutOut(digit, 100, 0))],
    [
      'cropped tightly from a photo',
      (digit) => cutOut(digit, 100, 2, { paper: (x) => 190 - 40 * x, ink: 0.5, noise: 3 }),
    ],
    [
      'of 16 x 16 pixels',
      (digit) => inverted(photograph(digit, { ...scan, width: 16, height: 16, scale: 16 / 22, left: -2, top: -2 })),
    ],
    ['of a thin pen', (digit) => thin(photograph(digit, { ...large, scale: 6, left: 66, top: 66 }))],
    [
      'in faint pencil of 17% contrast',
      (digit) => photograph(digit, { ...photo, scale: 3, paper: (x) => 210 - 30 * x, ink: 0.83, noise: 2.5 }),
    ],
    [
      'on punched paper',
      (digit) => over(photograph(digit, photo), 40, (x, y) => speck(x, y, 16, 50, 8) || speck(x, y, 16, 130, 8)),
    ],
    [
      'on a dark square on a white page',
      (digit) => {
        const plot = photograph(digit, { ...large, height: 220, scale: 6, left: 66, top: 26 });
        const isInside = (at: number) => {
          const [x, y] = [at % 300, Math.floor(at / 300)];
          return x >= 66 && x < 234 && y >= 26 && y < 194;
        };
        return { ...plot, values: plot.values.map((value, at) => (isInside(at) ? 255 - value : 255)) };
      },
    ],
  ])('%s', (_, pictureOf) => {
    const count = 20;
    let same = 0;
    for (let i = 0; i < count; i++) {
      const digit = data.test.images.subarray(i * PIXELS, (i + 1) * PIXELS);
      if (recognizePicture(bundled, pictureOf(digit)).digit === answer(bundled, digit).digit) same++;
    }
    expect(same / count).toBeGreaterThanOrEqual(0.9);
  });

  test('that is a 0 with a dot in it', () => {
    const isZero = (x: number, y: number) => Math.abs(Math.hypot((x - 100) / 45, (y - 100) / 70) - 1) < 0.12;
    const white: Picture = { width: 200, height: 200, values: new Uint8Array(40_000).fill(255) };
    const dotted = over(white, 0, (x, y) => isZero(x, y) || speck(x, y, 100, 100, 18));
    expect(Math.max(...findInk(dotted)[0]!.values.subarray(30 * 200, 40 * 200))).toBe(255);
    expect(recognizePicture(bundled, dotted).digit).toBe(0);
  });

  test("that is one of MNIST's own test images, unchanged", () => {
    for (let i = 0; i < 200; i++) {
      const digit = data.test.images.subarray(i * PIXELS, (i + 1) * PIXELS);
      for (const picture of [{ width: SIDE, height: SIDE, values: digit }, photograph(digit, scan)]) {
        expect(recognizePicture(bundled, picture).preview).toEqual(Uint8Array.from(digit));
      }
    }
  });
});

describe('nothing is found', () => {
  test.each<[string, Picture]>([
    ['on blank paper', { width: 50, height: 40, values: new Uint8Array(2000).fill(240) }],
    ['in a single pixel', { width: 1, height: 1, values: new Uint8Array(1) }],
    [
      'on paper with uneven light',
      photograph(new Uint8Array(PIXELS), { ...photo, paper: (x, y) => 230 - 90 * x - 40 * y }),
    ],
  ])('%s', (_, picture) => {
    for (const { values } of findInk(picture)) expect(Math.max(...values)).toBe(0);
    expect(recognizePicture(bundled, picture)).toMatchObject({ digit: null, probabilities: Array(10).fill(0) });
  });
});
