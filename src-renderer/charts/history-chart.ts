import type { History } from '@contract/schemas';
import {
  Chart,
  Interaction,
  LineController,
  LineElement,
  LinearScale,
  LogarithmicScale,
  PointElement,
  ScatterController,
  SubTitle,
  Title,
  Tooltip,
  type ChartConfiguration,
  type InteractionItem,
  type InteractionModeFunction,
} from 'chart.js';
import type { Metric } from '../state/chart-view.svelte';
import { count } from '../format';
import { EPOCH_LABEL_HEIGHT, epochGrid } from './epoch-grid';
import { type Legend, legend } from './legend';
import { marker } from './marker';
import { type RunAxis, epochAt, shownEnd, stepsAt } from './run-axis';
import { smooth, windowFor } from './smooth';
import { type ChartColours, fontFamily } from './theme';
import { type LinePoint, type Range, thin } from './thin';

Chart.register(LinearScale, LogarithmicScale, LineController, LineElement, PointElement, ScatterController);
Chart.register(Tooltip, Title, SubTitle);

type Types = 'line' | 'scatter';
type Config = ChartConfiguration<Types, LinePoint[]>;
export type ChartOptions = NonNullable<Config['options']>;

declare module 'chart.js' {
  interface InteractionModeMap {
    nearestStep: InteractionModeFunction;
  }
}

/** The shown part of a run. */
export interface ShownHistory {
  history: History;
  testTotal: number;
  axis: RunAxis;
  metric: Metric;
  logarithmic: boolean;
  /** The visible part of the x axis; null for all of it. */
  range: Range | null;
}

/** Chart.js draws them in reverse order. */
const datasets = { test: 0, smooth: 1, train: 2 };

/** The maximum distance between the pointer and a test, in pixels, for its tooltip. */
const TEST_REACH = 8;

/** Finds the training loss nearest to the pointer, and a test close to it. */
Interaction.modes.nearestStep = (chart, event, _options, useFinalPosition) => {
  if (event.x === null) return [];
  const nearest = (datasetIndex: number) => {
    let best: { item: InteractionItem; distance: number } | null = null;
    for (const [index, element] of chart.getDatasetMeta(datasetIndex).data.entries()) {
      const { x } = element.getProps(['x'], useFinalPosition);
      const distance = Math.abs((x as number) - event.x!);
      if (best === null || distance < best.distance) best = { item: { element, datasetIndex, index }, distance };
    }
    return best;
  };
  const train = nearest(datasets.train);
  const test = nearest(datasets.test);
  const tests = test !== null && (train === null || test.distance <= TEST_REACH) ? [test.item] : [];
  return train === null ? tests : [...tests, train.item];
};

/** The chart's height, in CSS pixels, from which the y axis's title fits on one line, and the x axis has room for one. */
const TITLE_HEIGHT = 190;

const lossTitle = (height: number) =>
  height < TITLE_HEIGHT ? ['negative log', 'likelihood loss'] : 'negative log likelihood loss';

/** Plots a run over the examples seen: its losses as in the article plus the smoothed train loss, or its accuracy. */
export class HistoryChart {
  readonly #chart: Chart<Types, LinePoint[]>;
  readonly #colours: ChartColours;
  #shown: ShownHistory | null = null;
  #smooth: ArrayLike<number> = [];
  #marked: number | null = null;

  constructor(canvas: HTMLCanvasElement, colours: ChartColours, options: ChartOptions = {}) {
    this.#colours = colours;
    this.#chart = new Chart<Types, LinePoint[]>(canvas, this.#config(options));
  }

  get canvas(): HTMLCanvasElement {
    return this.#chart.canvas;
  }

  get context(): CanvasRenderingContext2D {
    return this.#chart.ctx;
  }

  /** The plot's area in the canvas, in CSS pixels. */
  get area(): { left: number; right: number; top: number; bottom: number } {
    return this.#chart.chartArea;
  }

  /** The number of examples seen at this distance from the canvas's left edge in CSS pixels. */
  valueAt(pixel: number): number {
    return this.#chart.scales.x?.getValueForPixel(pixel) ?? 0;
  }

  draw(shown: ShownHistory): void {
    this.#shown = shown;
    const { history, axis, range, metric } = shown;
    const isLoss = metric === 'loss';
    const { trainCounter, trainLosses, testCounter } = history;
    const spacing = Math.max(1, (trainCounter[1] ?? 1) - (trainCounter[0] ?? 0));
    const end = Math.max(1, shownEnd(Math.max(trainCounter.at(-1) ?? 0, testCounter.at(-1) ?? 0), axis));
    this.#smooth = smooth(isLoss ? trainLosses : [], windowFor(end / spacing));
    const x = range ?? { min: 0, max: end };
    const columns = Math.max(300, this.#chart.width);
    const [test, smoothed, train] = this.#chart.data.datasets;
    train!.data = isLoss ? thin(trainCounter, trainLosses, columns, x) : [];
    smoothed!.data = thin(trainCounter, this.#smooth, columns, x);
    test!.data = thin(testCounter, this.#testValues(shown), columns, x);
    Object.assign(test!, { showLine: !isLoss, pointRadius: test!.data.length > 40 ? 2.5 : 5 });
    const options = this.#chart.options;
    options.scales = { x: this.#xAxis(x), y: this.#yAxis(shown) };
    this.#chart.update('none');
  }

  /** Marks a point of the x axis with a line. @param examplesSeen null for no line */
  mark(examplesSeen: number | null): void {
    if (examplesSeen === this.#marked) return;
    this.#marked = examplesSeen;
    this.#chart.draw();
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #testValues({ history, metric, testTotal }: ShownHistory): number[] {
    if (metric === 'loss') return history.testLosses;
    return testTotal === 0 ? [] : history.testCorrect.map((correct) => (100 * correct) / testTotal);
  }

  #config(options: ChartOptions): Config {
    const { trainLoss, testLoss, text, surface } = this.#colours;
    const font = { family: fontFamily(), size: 11 };
    const line = { type: 'line', pointRadius: 0, borderJoinStyle: 'round' } as const;
    return {
      type: 'line',
      data: {
        datasets: [
          {
            type: 'scatter',
            data: [],
            backgroundColor: testLoss,
            borderColor: testLoss,
            borderWidth: 1,
            pointRadius: 5,
            // Keeps points on an axis from being cut in half.
            clip: 8,
            pointHoverRadius: 6,
          },
          { ...line, data: [], borderColor: trainLoss, borderWidth: 2 },
          {
            ...line,
            data: [],
            borderColor: `color-mix(in srgb, ${trainLoss} 28%, ${surface})`,
            backgroundColor: trainLoss,
            borderWidth: 1,
            pointHoverRadius: 4,
          },
        ],
      },
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        maintainAspectRatio: false,
        color: text,
        interaction: { mode: 'nearestStep' },
        layout: { padding: { top: EPOCH_LABEL_HEIGHT } },
        ...options,
        onResize: (chart, { height }) => {
          const { x, y } = chart.options.scales ?? {};
          if (x && 'title' in x) x.title.display = height >= TITLE_HEIGHT;
          if (this.#shown?.metric === 'loss' && y && 'title' in y) y.title.text = lossTitle(height);
        },
        plugins: {
          tooltip: {
            displayColors: false,
            caretPadding: 8,
            titleFont: { ...font, weight: 'bold' },
            bodyFont: font,
            callbacks: {
              title: (items) => this.#position(items),
              label: ({ datasetIndex, raw }) => this.#values(datasetIndex, (raw as LinePoint).index),
            },
          },
          ...options.plugins,
        },
      },
      plugins: [
        epochGrid(() => ({ epochSize: this.#shown?.axis.epochSize ?? 1, colours: this.#colours })),
        marker(this.#colours, () => this.#marked),
        legend(this.#colours, () => this.#legend()),
      ],
    };
  }

  #xAxis({ min, max }: Range) {
    const font = { family: fontFamily(), size: 11 };
    const { title, ...axis } = this.#axis('number of training examples seen');
    return {
      ...axis,
      title: { ...title, display: this.#chart.height >= TITLE_HEIGHT },
      type: 'linear' as const,
      // Lines are drawn at the ends of epochs instead.
      grid: { drawOnChartArea: false, tickColor: this.#colours.grid },
      min,
      max,
      ticks: {
        color: this.#colours.muted,
        font,
        maxRotation: 0,
        autoSkipPadding: 16,
        // A zoomed axis has arbitrary bounds.
        includeBounds: false,
        callback: (value: number | string) => count(Number(value)),
      },
    };
  }

  #yAxis({ metric, logarithmic, range }: ShownHistory) {
    const font = { family: fontFamily(), size: 11 };
    const ticks = { color: this.#colours.muted, font };
    if (metric === 'accuracy') {
      const percent = (value: number | string) => `${Number(value).toLocaleString('en')}%`;
      const whole = range === null ? { suggestedMin: 0, max: 100 } : { grace: '5%' };
      return {
        ...this.#axis('test accuracy'),
        type: 'linear' as const,
        ...whole,
        ticks: { ...ticks, callback: percent },
      };
    }
    const loss = this.#axis(lossTitle(this.#chart.height));
    if (logarithmic) return { ...loss, type: 'logarithmic' as const, ticks };
    const whole = range === null ? { min: 0, suggestedMax: 2.5 } : { grace: '5%' };
    return { ...loss, type: 'linear' as const, ...whole, ticks };
  }

  #axis(text: string | string[]) {
    const { muted, grid } = this.#colours;
    return {
      title: {
        display: true,
        text,
        color: muted,
        // Small enough for the y axis's title to fit a low chart.
        font: { family: fontFamily(), size: 10 },
        padding: 2,
      },
      grid: { color: grid, tickColor: grid },
      border: { color: grid },
    };
  }

  #legend(): Legend {
    const { trainLoss, testLoss } = this.#colours;
    // The chart is first drawn before there is any data.
    const isEmpty = this.#shown === null || this.#chart.data.datasets.every(({ data }) => data.length === 0);
    if (isEmpty) return { rows: [], corner: 'top' };
    if (this.#shown?.metric === 'accuracy') {
      return { rows: [{ label: 'Test Accuracy', colour: testLoss, mark: 'point' }], corner: 'bottom' };
    }
    const train = { label: 'Train Loss', colour: trainLoss, mark: 'line' } as const;
    return { rows: [train, { label: 'Test Loss', colour: testLoss, mark: 'point' }], corner: 'top' };
  }

  /** The tooltip's position in the run. */
  #position(items: { datasetIndex: number; parsed: { x: number | null } }[]): string[] {
    const item = items[0];
    const axis = this.#shown?.axis;
    if (item === undefined || axis === undefined) return [];
    const x = item.parsed.x ?? 0;
    const isTest = item.datasetIndex === datasets.test;
    const epoch = isTest ? `After epoch ${count(x / axis.epochSize)}` : `Epoch ${count(epochAt(x, axis))}`;
    // A loss belongs to the batch that follows.
    const step = stepsAt(x, axis) + (isTest ? 0 : 1);
    return [`${epoch}, step ${count(step)}`, `${count(x)} examples seen`];
  }

  #values(datasetIndex: number, index: number): string[] {
    const { history, testTotal } = this.#shown!;
    if (datasetIndex === datasets.train) {
      return [
        `Train loss: ${history.trainLosses[index]!.toFixed(4)}`,
        `Smoothed: ${(this.#smooth[index] ?? NaN).toFixed(4)}`,
      ];
    }
    const accuracy = `Test accuracy: ${((100 * history.testCorrect[index]!) / testTotal).toFixed(2)}%`;
    return [`Test loss: ${history.testLosses[index]!.toFixed(4)}`, ...(testTotal === 0 ? [] : [accuracy])];
  }
}
