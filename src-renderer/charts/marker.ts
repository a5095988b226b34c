import type { Plugin } from 'chart.js';

/** Draws a line over the plot at a point of the x axis, where there is one in view. */
export function marker(colours: { text: string }, marked: () => number | null): Plugin<'line' | 'scatter'> {
  return {
    id: 'marker',
    afterDatasetsDraw({ ctx, chartArea: { left, right, top, bottom }, scales }) {
      const at = marked();
      if (at === null || scales.x === undefined) return;
      const pixel = Math.round(scales.x.getPixelForValue(at)) + 0.5;
      if (pixel < left - 1 || pixel > right + 1) return;
      ctx.save();
      ctx.strokeStyle = colours.text;
      ctx.lineWidth = 1;
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(pixel, top);
      ctx.lineTo(pixel, bottom);
      ctx.stroke();
      ctx.restore();
    },
  };
}
