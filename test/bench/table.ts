/** The table that the bench prints. */
import type { defaultConfig } from '../../src-preload/schemas';
import type { GrowthFigures } from './engine';
import type { LearningFigures } from './learning';
import type { LimitFigures } from './limit';
import type { Spread } from './statistics';
import type { WebAssemblyFigures } from './webassembly';
import type { Smoothness, WindowFigures } from './window';

export interface Peer {
  script: string;
  /** Milliseconds per step. */
  step: Spread;
  /** The time per step, relative to ours. */
  ratio: Spread;
}

export interface Figures {
  machine: { processor: string; threads: number; memoryGb: number; system: string };
  versions: { application: string; device: string; node: string };
  settings: typeof defaultConfig & { rounds: number };
  training: {
    /** Milliseconds per step, including everything between the steps, without checkpoints. */
    step: Spread;
    imagesPerSecond: Spread;
    /** The time that checkpoints every 10 steps add, as a fraction. */
    checkpointCost: Spread;
    /** The time that augmentation adds, as a fraction. */
    augmentationCost: Spread;
    evaluationImagesPerSecond: Spread;
  };
  peers: Peer[];
  /** How much the rounds differ, by what they measured; see `unevenness`. */
  unevenness: Record<string, number>;
  limit: LimitFigures;
  learning: LearningFigures;
  webassembly: WebAssemblyFigures;
  growth: GrowthFigures;
  window: WindowFigures;
}

/** Rounds that differ by more were measured while the machine did something else. */
const MAX_UNEVENNESS = 0.2;

export function tableOf(figures: Figures): string {
  const { machine, versions, training, peers, limit, learning, webassembly, growth, window } = figures;
  const spread = ({ median, p10, p90 }: Spread, show: (value: number) => string) =>
    `${show(median)}  (${show(p10)} to ${show(p90)})`;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  const percent = (value: number) => `${(100 * value).toFixed(1)}%`;
  const times = (value: number) => `${value.toFixed(2)} x`;
  const smoothnessRows = (when: string, { mainLoopDelay, framesPerSecond, frame }: Smoothness): [string, string][] => [
    [`Main loop delay ${when}`, `${ms(mainLoopDelay.p50)}, p99 ${ms(mainLoopDelay.p99)}, max ${ms(mainLoopDelay.max)}`],
    [`Frames per second ${when}`, `${framesPerSecond.toFixed(1)}, p99 ${ms(frame.p99)} from one to the next`],
  ];
  const rows: [string, string][] = [
    ['Training step, batch 64', spread(training.step, ms)],
    ['Training, images per second', spread(training.imagesPerSecond, whole)],
    ['Checkpoints every 10 steps add', spread(training.checkpointCost, percent)],
    ['Augmentation adds', spread(training.augmentationCost, percent)],
    ['Testing, images per second', spread(training.evaluationImagesPerSecond, whole)],
    ...peers.flatMap(({ script, step, ratio }): [string, string][] => [
      [`${script}, step`, spread(step, ms)],
      [`${script}, relative to ours`, spread(ratio, times)],
    ]),
    ["The step's arithmetic, at a matrix product's rate", `${ms(limit.step)}, ${limit.gigaflops.toFixed(0)} GFLOP/s`],
    ['Share of that limit', percent(limit.step / training.step.median)],
    ...Object.entries(learning).flatMap(([preset, times]) =>
      Object.entries(times).map(([share, seconds]): [string, string] => [
        `${preset}: to ${percent(Number(share))} of the test set`,
        seconds === null ? 'not reached' : `${seconds.toFixed(1)} s`,
      ]),
    ),
    ['WebAssembly, images per second', whole(webassembly.imagesPerSecond)],
    ...Object.entries(growth.batchSizes).map(([size, rate]): [string, string] => [
      `Training at batch ${size}, images per second`,
      whole(rate),
    ]),
    ...Object.entries(growth.epochs).map(([count, seconds]): [string, string] => [
      `An epoch of ${whole(Number(count))} images`,
      `${seconds.toFixed(2)} s`,
    ]),
    ['Memory after 5 epochs, after 50', `${whole(growth.memory.after5)} MB, ${whole(growth.memory.after50)} MB`],
    ['Start to usable window, cold', `${whole(window.startCold)} ms`],
    ['Start to usable window, warm', `${whole(window.startWarm)} ms`],
    ['Training in the window, steps per second', whole(window.stepsPerSecond)],
    ...smoothnessRows('while training', window),
    ...window.longRuns.flatMap((longRun) => smoothnessRows(`with ${whole(longRun.points)} points, drawing`, longRun)),
    ['Drawing to answer, idle', `${ms(window.drawing.idle.p50)}, p95 ${ms(window.drawing.idle.p95)}`],
    ['Drawing to answer, while training', `${ms(window.drawing.training.p50)}, p95 ${ms(window.drawing.training.p95)}`],
    ['Memory of all processes', `${whole(window.memory)} MB`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${machine.processor}, ${machine.threads} threads, ${machine.memoryGb} GB, ${machine.system}`,
    `Digit Studio ${versions.application}, ${versions.device}, Node ${versions.node}`,
    'Medians, with the 10th and 90th percentile in brackets',
    '',
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...warningsOf(figures),
  ].join('\n');
}

function warningsOf({ unevenness }: Figures): string[] {
  return Object.entries(unevenness)
    .filter(([, difference]) => difference > MAX_UNEVENNESS)
    .map(
      ([what, difference]) =>
        `The machine was not quiet: ${what}'s rounds differ by ${Math.round(100 * difference)}%. Do not use its figures.`,
    );
}
