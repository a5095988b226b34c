import { beforeEach, expect, test } from 'vitest';
import { type Content, Drawing } from '../../../../src-renderer/state/drawing.svelte';
import type { Picture } from '../../../../src-renderer/state/picture';

const left: Content[] = [];
let drawing: Drawing;
beforeEach(() => {
  left.length = 0;
  drawing = new Drawing((content) => left.push(content));
});

function stroke(...points: [number, number][]): void {
  const [first, ...rest] = points;
  drawing.begin(first!);
  drawing.extend(rest);
  drawing.end();
}

const picture = { image: {}, grey: { width: 1, height: 1, pixels: 'AA==' } } as unknown as Picture;
const showPicture = () => {
  const content = { strokes: [], picture };
  drawing.show(content);
  return content;
};

test('strokes are undone and redone one by one; a new stroke clears what could be redone', () => {
  stroke([10, 10], [20, 20]);
  const one = drawing.content;
  stroke([30, 30], [40, 40]);
  const two = drawing.content;
  expect(two.strokes).toHaveLength(2);
  drawing.undo();
  expect(drawing.content).toBe(one);
  drawing.redo();
  expect(drawing.content).toBe(two);
  drawing.undo();
  drawing.undo();
  expect(drawing.isEmpty).toBe(true);
  expect(drawing.canUndo).toBe(false);
  stroke([50, 50]);
  expect(drawing.canRedo).toBe(false);
});

test('a cleared drawing is remembered, and undo restores it', () => {
  stroke([10, 10], [20, 20]);
  const { content } = drawing;
  drawing.clear();
  expect(drawing.isEmpty).toBe(true);
  expect(left).toEqual([content]);
  drawing.undo();
  expect(drawing.content).toBe(content);
});

test('the eraser does not change a picture, and the pen replaces it', () => {
  const content = showPicture();
  drawing.erasing = true;
  drawing.begin([10, 10]);
  expect(drawing.content).toBe(content);
  expect(left).toEqual([]);
  drawing.erasing = false;
  drawing.begin([10, 10]);
  expect(drawing.content.picture).toBeNull();
  expect(left).toEqual([content]);
});

test('the eraser does nothing on an empty pad, and makes a stroke on any other', () => {
  drawing.erasing = true;
  drawing.begin([10, 10]);
  expect(drawing.isEmpty).toBe(true);
  expect(drawing.canUndo).toBe(false);
  drawing.erasing = false;
  stroke([10, 10], [20, 20]);
  drawing.begin([10, 10], true);
  expect(drawing.content.strokes.map(({ erases = false }) => erases)).toEqual([false, true]);
});

test('points that add nothing are dropped, and a lifted pen does not draw', () => {
  stroke([10, 10], [10.2, 10.2], [20, 20]);
  expect(drawing.content.strokes[0]!.points).toEqual([
    [10, 10],
    [20, 20],
  ]);
  expect(drawing.extend([[30, 30]])).toBe(false);
});

test('there are at most 500 strokes', () => {
  for (let i = 0; i < 501; i++) stroke([i % 280, 10]);
  expect(drawing.content.strokes).toHaveLength(500);
});
