import { CompareChart, type ShownComparison } from './compare-chart';
import { type ChartOptions, HistoryChart, type ShownHistory } from './history-chart';
import { type ChartColours, fontFamily } from './theme';

/** Colours for paper and reports: always on white. */
const onPaper: ChartColours = {
  text: '#1b1e24',
  muted: '#454b55',
  grid: '#e4e6ea',
  surface: '#ffffff',
  trainLoss: '#2558d0',
  testLoss: '#d0342c',
};

export interface Caption {
  title: string;
  /** One line each. */
  details: string[];
}

interface Drawable {
  readonly context: CanvasRenderingContext2D;
  destroy: () => void;
}

/** @returns a PNG file as base64, 1800 x 1080 pixels */
export function chartPicture(shown: ShownHistory, caption: Caption): string {
  return pictureOf(caption, (canvas, options) => {
    const chart = new HistoryChart(canvas, onPaper, options);
    chart.draw(shown);
    return chart;
  });
}

/** Like `chartPicture`, for a comparison; the legend names the runs. */
export function comparisonPicture(shown: ShownComparison, caption: Caption): string {
  return pictureOf(caption, (canvas, options) => {
    const legend = {
      position: 'bottom' as const,
      labels: {
        color: onPaper.text,
        usePointStyle: true,
        // A run is listed once, by the dataset of its tests, which has its marker.
        filter: ({ pointStyle }: { pointStyle?: unknown }) => pointStyle !== undefined && pointStyle !== false,
      },
    };
    const chart = new CompareChart(canvas, onPaper, { ...options, plugins: { ...options.plugins, legend } });
    chart.draw(shown);
    return chart;
  });
}

function pictureOf(
  { title, details }: Caption,
  draw: (canvas: HTMLCanvasElement, options: ChartOptions) => Drawable,
): string {
  const canvas = document.createElement('canvas');
  canvas.width = 900;
  canvas.height = 540;
  const heading = { display: true, align: 'start' as const };
  const family = fontFamily();
  const chart = draw(canvas, {
    responsive: false,
    devicePixelRatio: 2,
    layout: { padding: 16 },
    plugins: {
      title: { ...heading, text: title, color: onPaper.text, font: { family, size: 16 }, padding: { bottom: 2 } },
      subtitle: {
        ...heading,
        text: details,
        color: onPaper.muted,
        font: { family, size: 12 },
        padding: { bottom: 10 },
      },
    },
  });
  try {
    // A background, without which the picture is unreadable on a dark page.
    const { context } = chart;
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = onPaper.surface;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
  } finally {
    chart.destroy();
  }
}
