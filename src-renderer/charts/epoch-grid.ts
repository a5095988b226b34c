import type { Plugin } from 'chart.js';
import type { Range } from './thin';
import { fontFamily } from './theme';

/** The minimum distance between two lines in pixels. */
const MIN_DISTANCE = 60;

export interface EpochGridOptions {
  epochSize: number;
  colours: { grid: string; muted: string };
}

/**
 * @param pixels the width of the shown range
 * @returns the shown ends of epochs, in examples seen: every one, or every second, fifth, tenth and so on
 */
export function epochLines({ min, max }: Range, epochSize: number, pixels: number): { at: number; epoch: number }[] {
  const perEpoch = (pixels * epochSize) / (max - min);
  const steps = [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4].map((power) => step * 10 ** power)).sort((a, b) => a - b);
  const every = steps.find((step) => step * perEpoch >= MIN_DISTANCE) ?? steps.at(-1)!;
  const first = Math.max(1, Math.ceil(min / epochSize / every)) * every;
  const last = Math.floor(max / epochSize);
  const count = Math.max(0, Math.floor((last - first) / every) + 1);
  return Array.from({ length: count }, (_, i) => ({ epoch: first + i * every, at: (first + i * every) * epochSize }));
}

/** The space above the plot for the epoch numbers, in pixels. */
export const EPOCH_LABEL_HEIGHT = 14;

/** Draws a line at the end of each epoch, with its number above the plot. */
export function epochGrid(options: () => EpochGridOptions): Plugin<'line' | 'scatter'> {
  return {
    id: 'epochGrid',
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      const { x } = scales;
      const { epochSize, colours } = options();
      if (x === undefined) return;
      ctx.save();
      ctx.font = `10px ${fontFamily()}`;
      ctx.strokeStyle = colours.grid;
      ctx.fillStyle = colours.muted;
      ctx.textAlign = 'right';
      ctx.textBaseline = 'bottom';
      for (const { at, epoch } of epochLines(x, epochSize, chartArea.width)) {
        const pixel = x.getPixelForValue(at);
        ctx.beginPath();
        ctx.moveTo(pixel, chartArea.top);
        ctx.lineTo(pixel, chartArea.bottom);
        ctx.stroke();
        ctx.fillText(`epoch ${epoch}`, pixel, chartArea.top - 2);
      }
      ctx.restore();
    },
  };
}
