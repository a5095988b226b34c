import type { ComparedRun } from '@contract/compare';
import { Chart, Legend } from 'chart.js';
import type { ChartOptions } from './history-chart';
import { count, duration } from '../format';
import { runStyle } from './run-styles';
import { smooth, windowFor } from './smooth';
import { type ChartColours, fontFamily } from './theme';
import { partition } from './thin';

export type CompareMetric = 'loss' | 'accuracy';
export type CompareAxis = 'examples' | 'time';

/** A run, drawn as a line. */
interface ComparedLine {
  run: ComparedRun;
  /** See `runStyle`. */
  slot: number;
  colour: string;
}

export interface ShownComparison {
  lines: readonly ComparedLine[];
  metric: CompareMetric;
  axis: CompareAxis;
}

interface Point {
  x: number;
  y: number;
}

/** The seconds trained until this many examples were seen, interpolated linearly between known times and from zero. */
export function secondsAt(examplesSeen: number, times: ComparedRun['times']): number {
  const known = [{ examplesSeen: 0, seconds: 0 }, ...times.filter((time) => time.examplesSeen > 0)];
  const seen = known.map((time) => time.examplesSeen);
  const next = Math.min(known.length - 1, Math.max(1, partition(seen, seen.length, examplesSeen)));
  const [from, to] = [known[next - 1], known[next]];
  if (from === undefined || to === undefined) return 0;
  const share = (examplesSeen - from.examplesSeen) / (to.examplesSeen - from.examplesSeen);
  return from.seconds + share * (to.seconds - from.seconds);
}

/** @returns the run's training loss, smoothed; empty if the accuracy is shown */
export function trainingLine({ history, times }: ComparedRun, { metric, axis }: ShownComparison): Point[] {
  if (metric === 'accuracy') return [];
  const { trainLosses, trainCounter } = history;
  const smoothed = smooth(trainLosses, windowFor(trainLosses.length));
  return trainCounter.map((at, i) => ({ x: axis === 'time' ? secondsAt(at, times) : at, y: smoothed[i]! }));
}

/** @returns the run's tests. The untrained network's accuracy is omitted: beside it, all others would look alike. */
export function testPoints({ history, times, data }: ComparedRun, { metric, axis }: ShownComparison): Point[] {
  const { testCounter, testLosses, testCorrect } = history;
  return testCounter
    .map((at, i) => ({
      at,
      x: axis === 'time' ? secondsAt(at, times) : at,
      y: metric === 'loss' ? testLosses[i]! : (100 * testCorrect[i]!) / data.testCount,
    }))
    .filter(({ at }) => metric === 'loss' || at > 0);
}

/** Plots the curves of several runs on the same axes. */
export class CompareChart {
  readonly #chart: Chart<'line', Point[]>;
  readonly #colours: ChartColours;

  constructor(canvas: HTMLCanvasElement, colours: ChartColours, options: ChartOptions = {}) {
    this.#colours = colours;
    const base = {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      color: colours.text,
      interaction: { mode: 'nearest', intersect: false },
      ...options,
    } as const;
    this.#chart = new Chart<'line', Point[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      // Not registered globally, which would add a legend to every other chart.
      plugins: [Legend],
      options: { ...base, plugins: { legend: { display: false }, ...options.plugins } },
    });
  }

  get context(): CanvasRenderingContext2D {
    return this.#chart.ctx;
  }

  draw(shown: ShownComparison): void {
    const { metric, axis } = shown;
    this.#chart.data.datasets = shown.lines.flatMap(({ run, slot, colour }) => {
      const { dash, marker } = runStyle(slot);
      const common = { label: run.name, borderColor: colour, backgroundColor: colour, borderDash: dash };
      const tests = { pointStyle: marker, pointRadius: marker === 'crossRot' ? 5 : 4, pointBorderWidth: 2 };
      const training = trainingLine(run, shown);
      return [
        ...(training.length === 0 ? [] : [{ ...common, data: training, borderWidth: 2, pointRadius: 0 }]),
        {
          ...common,
          ...tests,
          data: testPoints(run, shown),
          borderWidth: 2,
          showLine: metric === 'accuracy',
          clip: 8,
        },
      ];
    });
    const options = this.#chart.options;
    options.scales = {
      x: {
        ...this.#axis(axis === 'time' ? 'training time, without tests' : 'number of training examples seen'),
        type: 'linear',
        min: 0,
        ticks: {
          ...this.#ticks(),
          callback: (value) => (axis === 'time' ? duration(Number(value)) : count(Number(value))),
        },
      },
      y: {
        ...this.#axis(metric === 'loss' ? 'negative log likelihood loss' : 'test accuracy'),
        type: 'linear',
        ...(metric === 'loss' ? { min: 0 } : { grace: '5%' }),
        ticks: {
          ...this.#ticks(),
          callback: (value) => (metric === 'loss' ? String(value) : `${Number(value).toLocaleString('en')}%`),
        },
      },
    };
    options.plugins!.tooltip = {
      displayColors: false,
      callbacks: {
        title: () => '',
        label: ({ dataset, parsed }) => {
          const where = axis === 'time' ? duration(parsed.x ?? 0) : `${count(parsed.x ?? 0)} examples`;
          const value = metric === 'loss' ? (parsed.y ?? 0).toFixed(4) : `${(parsed.y ?? 0).toFixed(2)}%`;
          return `${dataset.label}: ${value} after ${where}`;
        },
      },
    };
    this.#chart.update('none');
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #ticks() {
    return {
      color: this.#colours.muted,
      font: { family: fontFamily(), size: 11 },
      maxRotation: 0,
      autoSkipPadding: 16,
    };
  }

  #axis(text: string) {
    const { muted, grid } = this.#colours;
    const font = { family: fontFamily(), size: 10 };
    return {
      title: { display: true, text, color: muted, font, padding: 2 },
      grid: { color: grid, tickColor: grid },
      border: { color: grid },
    };
  }
}
