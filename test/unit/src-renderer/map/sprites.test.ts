import { expect, test } from 'vitest';
import { type Pixels, type Sprite, stamp } from '../../../../src-renderer/map/sprites';

const [WIDTH, HEIGHT] = [20, 12];
const RED = 0xff0000ff;
const FAINT = 0x400000ff;
const BLUE = 0xffff0000;

const blank = (): Pixels => ({ width: WIDTH, height: HEIGHT, pixels: new Uint32Array(WIDTH * HEIGHT) });

/** A plus with faint corners. */
function plus(colour: number): Sprite {
  const places = [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((x) => [x, y] as const));
  const shown = places.filter(([x, y]) => x * y === 0 || Math.abs(x * y) === 4);
  return {
    x: Int16Array.from(shown, ([x]) => x),
    y: Int16Array.from(shown, ([, y]) => y),
    offsets: Int32Array.from(shown, ([x, y]) => y * WIDTH + x),
    reach: [2, 2],
    pixels: Uint32Array.from(shown, ([x, y]) => (x * y === 0 ? colour : FAINT)),
  };
}

test('a sprite is copied to its place, and what would be outside is left out', () => {
  const sprite = plus(RED);
  for (let column = -4; column < WIDTH + 4; column++) {
    for (let row = -4; row < HEIGHT + 4; row++) {
      const picture = blank();
      stamp(picture, sprite, [column + 0.4, row - 0.4]);
      const expected = blank().pixels;
      sprite.pixels.forEach((pixel, i) => {
        const [x, y] = [column + sprite.x[i]!, row + sprite.y[i]!];
        if (x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT) expected[y * WIDTH + x] = pixel;
      });
      expect(picture.pixels).toEqual(expected);
    }
  }
});

test('of two sprites at the same place, the more opaque one is seen', () => {
  const picture = blank();
  stamp(picture, plus(RED), [6, 6]);
  // Its faint corner is over the red end of the other.
  stamp(picture, plus(BLUE), [8, 4]);
  expect(picture.pixels[6 * WIDTH + 6]).toBe(RED);
  expect(picture.pixels[4 * WIDTH + 8]).toBe(BLUE);
  expect(picture.pixels[4 * WIDTH + 6]).toBe(BLUE);
});
