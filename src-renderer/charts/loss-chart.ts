import type { History } from '@contract/schemas';
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import { count } from '../format';
import { fontFamily, type ChartColours } from './theme';
import { upperRightLegend } from './legend';
import { thin, type Point } from './thin';

Chart.register(LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip);

export type LossChart = Chart<'line' | 'scatter', Point[]>;

type Config = ChartConfiguration<'line' | 'scatter', Point[]>;

/** The article's plot: train loss as a blue line, test loss as red points, over examples seen. */
export function createLossChart(
  canvas: HTMLCanvasElement,
  colours: ChartColours,
  options: Config['options'] = {},
): LossChart {
  const font = { family: fontFamily(), size: 11 };
  const axis = (text: string) => ({
    type: 'linear' as const,
    min: 0,
    title: {
      display: true,
      text,
      color: colours.muted,
      // Small enough that the y axis's name fits a low chart.
      font: { ...font, size: 10 },
      padding: 2,
    },
    grid: { color: colours.grid, tickColor: colours.grid },
    border: { color: colours.grid },
  });
  return new Chart<'line' | 'scatter', Point[]>(canvas, {
    type: 'line',
    data: {
      datasets: [
        {
          type: 'scatter',
          label: 'Test Loss',
          data: [],
          backgroundColor: colours.testLoss,
          borderColor: colours.surface,
          borderWidth: 1,
          pointRadius: 5,
          // Points on an axis are not cut in half.
          clip: 8,
          pointHoverRadius: 6,
        },
        {
          type: 'line',
          label: 'Train Loss',
          data: [],
          borderColor: colours.trainLoss,
          backgroundColor: colours.trainLoss,
          borderWidth: 1.25,
          borderJoinStyle: 'round',
          pointRadius: 0,
          pointHoverRadius: 4,
        },
      ],
    },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      color: colours.text,
      interaction: { mode: 'nearest', intersect: false },
      scales: {
        x: {
          ...axis('number of training examples seen'),
          ticks: {
            color: colours.muted,
            font,
            maxRotation: 0,
            autoSkipPadding: 16,
            callback: (value) => count(Number(value)),
          },
        },
        y: { ...axis('negative log likelihood loss'), suggestedMax: 2.5, ticks: { color: colours.muted, font } },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          titleFont: { ...font, weight: 'bold' },
          bodyFont: font,
          callbacks: {
            title: ([item]) => `${count(item?.parsed.x ?? 0)} examples seen`,
            label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${(parsed.y ?? 0).toFixed(4)}`,
          },
        },
      },
      ...options,
    },
    plugins: [upperRightLegend(colours)],
  });
}

/**
 * Draws a history.
 * @param examplesInAll examples seen at the run's end, so that the x axis stays the same while it trains
 */
export function drawHistory(chart: LossChart, history: History, examplesInAll: number): void {
  const [test, train] = chart.data.datasets;
  if (test === undefined || train === undefined) return;
  const { trainCounter, trainLosses, testCounter, testLosses } = history;
  train.data = thin(trainCounter, trainLosses, Math.max(300, chart.width));
  const many = testCounter.length > 40;
  test.pointRadius = many ? 2.5 : 5;
  test.borderWidth = many ? 0 : 1;
  test.data = testCounter.map((x, i) => ({ x, y: testLosses[i] ?? 0 }));
  const x = chart.options.scales?.x;
  if (x !== undefined) x.max = Math.max(1, examplesInAll, trainCounter.at(-1) ?? 0, testCounter.at(-1) ?? 0);
  chart.update('none');
}
