import type { Plugin } from 'chart.js';
import { fontFamily, type ChartColours } from './theme';

const padding = 8;
const rowHeight = 18;
const markWidth = 20;

interface LegendRow {
  label: string;
  colour: string;
  mark: 'line' | 'point';
}

export interface Legend {
  rows: LegendRow[];
  /** The corner on the right: a falling loss leaves room at the top, a rising accuracy at the bottom. */
  corner: 'top' | 'bottom';
}

/** The article's legend, at the right of the plot. */
export function legend(colours: ChartColours, content: () => Legend): Plugin<'line' | 'scatter'> {
  return {
    id: 'runLegend',
    afterDatasetsDraw({ ctx, chartArea }) {
      const { rows, corner } = content();
      if (rows.length === 0) return;
      ctx.save();
      ctx.font = `11px ${fontFamily()}`;
      const width = Math.max(...rows.map(({ label }) => ctx.measureText(label).width)) + markWidth + 3 * padding;
      const height = rows.length * rowHeight + padding;
      const left = chartArea.right - width - padding;
      const top = corner === 'top' ? chartArea.top + padding : chartArea.bottom - height - padding;

      ctx.fillStyle = colours.surface;
      ctx.strokeStyle = colours.grid;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.roundRect(left, top, width, height, 4);
      // The curves behind it stay visible.
      ctx.globalAlpha = 0.85;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.stroke();

      ctx.textBaseline = 'middle';
      rows.forEach(({ label, colour, mark }, i) => {
        const y = top + padding / 2 + (i + 0.5) * rowHeight;
        const markLeft = left + padding;
        ctx.beginPath();
        if (mark === 'line') {
          ctx.strokeStyle = colour;
          ctx.lineWidth = 2;
          ctx.moveTo(markLeft, y);
          ctx.lineTo(markLeft + markWidth, y);
          ctx.stroke();
        } else {
          ctx.fillStyle = colour;
          ctx.arc(markLeft + markWidth / 2, y, 4, 0, 2 * Math.PI);
          ctx.fill();
        }
        ctx.fillStyle = colours.text;
        ctx.fillText(label, markLeft + markWidth + padding, y);
      });
      ctx.restore();
    },
  };
}
