import { expect, test } from 'vitest';
import { GreyPicture } from '../../../src-preload/schemas';

test('a picture of nothing but padding is refused, and not looked through for hours', () => {
  expect(GreyPicture.safeParse({ width: 1, height: 1, pixels: `${'='.repeat(5_500_000)}A` }).success).toBe(false);
});

test.each([1, 2, 3])('a picture has as many grey values as it says, whatever the padding: %i', (width) => {
  const pixels = Buffer.alloc(width).toString('base64');
  expect(GreyPicture.safeParse({ width, height: 1, pixels }).success).toBe(true);
  expect(GreyPicture.safeParse({ width: width + 1, height: 1, pixels }).success).toBe(false);
});
