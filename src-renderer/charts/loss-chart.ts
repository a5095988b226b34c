import type { History } from '@contract/schemas';
import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import { count } from '../format';
import { thin, type Point } from './thin';

Chart.register(Legend, LinearScale, LineController, LineElement, PointElement, ScatterController, Tooltip);

export type LossChart = Chart<'line' | 'scatter', Point[]>;

export interface ChartColours {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  trainLoss: string;
  testLoss: string;
}

type Config = ChartConfiguration<'line' | 'scatter', Point[]>;

/** The article's plot: train loss as a blue line, test loss as red points, over examples seen. */
export function createLossChart(
  canvas: HTMLCanvasElement,
  colours: ChartColours,
  options: Config['options'] = {},
): LossChart {
  const axis = (text: string) => ({
    type: 'linear' as const,
    beginAtZero: true,
    title: { display: true, text, color: colours.muted },
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
            maxRotation: 0,
            autoSkipPadding: 16,
            callback: (value) => count(Number(value)),
          },
        },
        y: { ...axis('negative log likelihood loss'), ticks: { color: colours.muted } },
      },
      plugins: {
        legend: {
          align: 'end',
          // The line first, as the article names them; the points are drawn above it all the same.
          reverse: true,
          onClick: () => undefined,
          labels: {
            usePointStyle: true,
            generateLabels: (chart) =>
              Chart.defaults.plugins.legend.labels.generateLabels(chart).map((label) => ({
                ...label,
                pointStyle: label.text === 'Train Loss' ? 'line' : 'circle',
                strokeStyle: label.text === 'Train Loss' ? colours.trainLoss : colours.testLoss,
                lineWidth: label.text === 'Train Loss' ? 2 : 0,
              })),
          },
        },
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => `${count(item?.parsed.x ?? 0)} examples seen`,
            label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${(parsed.y ?? 0).toFixed(4)}`,
          },
        },
      },
      ...options,
    },
  });
}

/**
 * Draws a history.
 * @param examplesInAll where the run will end, so that the x axis stands still while it goes on
 */
export function drawHistory(chart: LossChart, history: History, examplesInAll: number): void {
  const [test, train] = chart.data.datasets;
  if (test === undefined || train === undefined) return;
  const { trainCounter, trainLosses, testCounter, testLosses } = history;
  train.data = thin(trainCounter, trainLosses, Math.max(300, chart.width));
  test.data = testCounter.map((x, i) => ({ x, y: testLosses[i] ?? 0 }));
  const x = chart.options.scales?.x;
  if (x !== undefined) x.max = Math.max(1, examplesInAll, trainCounter.at(-1) ?? 0, testCounter.at(-1) ?? 0);
  chart.update('none');
}
