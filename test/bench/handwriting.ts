import type { Drawing } from '../../src-preload/schemas';
import { PAD_SIDE } from '../../src-main/recognition/rasterize';
import { extended } from '../../src-renderer/state/path';
import type { PenDigit } from './unipen';

/** The size of a person's drawing: the longer side of the pen's path, in pad units. */
const SIZE = 200;
/** The pad's pen. */
const PEN_WIDTH = 20;

/** @returns the digit upright in the middle of the pad, its proportions kept */
export function onPad({ strokes }: PenDigit): Drawing {
  const points = strokes.flat();
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = range(points.map(([x]) => x));
  const [bottom, top] = range(points.map(([, y]) => y));
  const scale = SIZE / Math.max(right - left, top - bottom, 1);
  const point = ([x, y]: [number, number]): [number, number] => [
    PAD_SIDE / 2 + (x - (left + right) / 2) * scale,
    PAD_SIDE / 2 - (y - (bottom + top) / 2) * scale,
  ];
  return { strokes: strokes.map((stroke) => ({ width: PEN_WIDTH, points: extended([], stroke.map(point)) })) };
}
