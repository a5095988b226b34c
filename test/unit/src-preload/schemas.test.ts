import { expect, test } from 'vitest';
import { GreyPicture } from '../../../src-preload/schemas';

test('a picture that is only padding is refused without hours of searching', () => {
  expect(GreyPicture.safeParse({ width: 1, height: 1, pixels: `${'='.repeat(5_500_000)}A` }).success).toBe(false);
});

test.each([1, 2, 3])('a picture must have as many grey values as it states, with any padding: %i', (width) => {
  const pixels = Buffer.alloc(width).toString('base64');
  expect(GreyPicture.safeParse({ width, height: 1, pixels }).success).toBe(true);
  expect(GreyPicture.safeParse({ width: width + 1, height: 1, pixels }).success).toBe(false);
});
