import type { History } from '@contract/schemas';
import { createLossChart, drawHistory } from './loss-chart';
import type { ChartColours } from './theme';

/** For paper and reports: white, whatever the window's colours are. */
const onPaper: ChartColours = {
  text: '#1b1e24',
  muted: '#454b55',
  grid: '#e4e6ea',
  surface: '#ffffff',
  trainLoss: '#2558d0',
  testLoss: '#d0342c',
};

/** @returns a PNG file as base64, 1800 x 1080 pixels */
export function chartPicture(history: History, examplesInAll: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = 900;
  canvas.height = 540;
  const chart = createLossChart(canvas, onPaper, { responsive: false, devicePixelRatio: 2, layout: { padding: 16 } });
  try {
    drawHistory(chart, history, examplesInAll);
    // A background, without which the picture is unreadable on a dark page.
    const context = chart.ctx;
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = onPaper.surface;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
  } finally {
    chart.destroy();
  }
}
