import type { Plugin } from 'chart.js';
import { fontFamily, type ChartColours } from './theme';

const padding = 8;
const rowHeight = 18;
const markWidth = 20;

/** The article's legend, at the upper right of the plot, where a falling loss leaves room. */
export function upperRightLegend(colours: ChartColours): Plugin<'line' | 'scatter'> {
  return {
    id: 'upperRightLegend',
    // Below the data, so that it hides none.
    beforeDatasetsDraw({ ctx, chartArea }) {
      const rows = ['Train Loss', 'Test Loss'] as const;
      ctx.save();
      ctx.font = `11px ${fontFamily()}`;
      const width = Math.max(...rows.map((row) => ctx.measureText(row).width)) + markWidth + 3 * padding;
      const height = rows.length * rowHeight + padding;
      const left = chartArea.right - width - padding;
      const top = chartArea.top + padding;

      ctx.fillStyle = colours.surface;
      ctx.strokeStyle = colours.grid;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.roundRect(left, top, width, height, 4);
      ctx.fill();
      ctx.stroke();

      ctx.textBaseline = 'middle';
      rows.forEach((row, i) => {
        const y = top + padding / 2 + (i + 0.5) * rowHeight;
        const markLeft = left + padding;
        ctx.beginPath();
        if (row === 'Train Loss') {
          ctx.strokeStyle = colours.trainLoss;
          ctx.lineWidth = 2;
          ctx.moveTo(markLeft, y);
          ctx.lineTo(markLeft + markWidth, y);
          ctx.stroke();
        } else {
          ctx.fillStyle = colours.testLoss;
          ctx.arc(markLeft + markWidth / 2, y, 4, 0, 2 * Math.PI);
          ctx.fill();
        }
        ctx.fillStyle = colours.text;
        ctx.fillText(row, markLeft + markWidth + padding, y);
      });
      ctx.restore();
    },
  };
}
