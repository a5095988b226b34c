import { expect, test } from 'vitest';
import { ImageChoice } from '../../../../src-preload/schemas';
import { remedyWords } from '../../../../src-renderer/state/remedy-words';

test('a change of images or labels is said in words', () => {
  expect(remedyWords('inverted')).toBe('images are inverted');
  expect(remedyWords('labels-1023456789')).toBe('labels stand for other digits (0 for 1, 1 for 0)');
});

test.each(['labels-123', 'labels-0012345678', 'labels-012345678x', 'labels-01234567890', 'flipped', '', null])(
  '%j is no choice',
  (value) => expect(ImageChoice.safeParse(value).success).toBe(false),
);

test.each(['as-they-are', 'transposed', 'labels-1234567890'])('%j is a choice', (value) =>
  expect(ImageChoice.parse(value)).toBe(value),
);
