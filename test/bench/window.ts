/** Measures the application in its real window. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Studio } from '../e2e/studio';
import { writeMadeUpRun } from '../made-up-run';
import { measureDrawingLatency } from './drawing-latency';
import { keepDrawing } from './hand';
import { quantile } from './statistics';

export interface Latency {
  p50: number;
  p95: number;
}

/** How smoothly the window and the main process run while a network trains. */
export interface Smoothness {
  /** Milliseconds. */
  mainLoopDelay: { p50: number; p99: number; max: number };
  framesPerSecond: number;
  /** Milliseconds between two frames. */
  frame: { p50: number; p99: number };
}

export interface WindowFigures extends Smoothness {
  /** Milliseconds from the start of the program until the window responds: the first time, and the second. */
  startCold: number;
  startWarm: number;
  /** While a hand draws and each step reports a loss, with this many points on the chart from the start. */
  longRuns: (Smoothness & { points: number })[];
  /** Milliseconds from a pen's movement until its answer is on the screen. */
  drawing: { idle: Latency; training: Latency };
  /** Training steps per second at batch 64, while the window shows the run. */
  stepsPerSecond: number;
  /** Resident memory of all processes while training, in MB; pages that processes share are counted for each. */
  memory: number;
}

const SECONDS = 10;
/** The pen's movements for measuring the latency. */
const MOVEMENTS = 200;
/** About 11 and 107 epochs of which each step is reported. */
const POINTS = [10_000, 100_000];

export async function measureWindow(): Promise<WindowFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-bench-'));
  try {
    const profile = join(folder, 'profile');
    const startCold = await timeStart(profile);
    const startWarm = await timeStart(profile);
    let figures: Omit<WindowFigures, 'longRuns'>;
    const studio = await Studio.open(profile);
    try {
      const idle = latencyOf(await measureDrawingLatency(studio.page, MOVEMENTS));
      await studio.chooseFolder(folder);
      await studio.set('epochs', 1000);
      await studio.start();
      await studio.runState.filter({ hasText: 'running' }).waitFor();
      const [began, first] = [performance.now(), await studio.step()];
      const smoothness = await measureSmoothness(studio);
      const stepsPerSecond = ((await studio.step()) - first) / ((performance.now() - began) / 1000);
      figures = {
        startCold,
        startWarm,
        ...smoothness,
        stepsPerSecond,
        drawing: { idle, training: latencyOf(await measureDrawingLatency(studio.page, MOVEMENTS)) },
        memory: await measureMemory(studio),
      };
    } finally {
      await studio.quit();
    }
    const longRuns = [];
    for (const points of POINTS) {
      longRuns.push({ points, ...(await measureLongRun(join(folder, `${points}`), points)) });
    }
    return { ...figures, longRuns };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** @param folder is created */
async function measureLongRun(folder: string, points: number): Promise<Smoothness> {
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints, { recursive: true });
  // Enough epochs to outlast the measurement.
  await writeMadeUpRun(checkpoints, { points, epochs: 2000 });
  const studio = await Studio.open(join(folder, 'profile'));
  try {
    await studio.chooseFolder(checkpoints);
    await studio.page.getByTestId('resume').click();
    await studio.runState.filter({ hasText: 'running' }).waitFor();
    let measuring = true;
    const drawn = keepDrawing(studio.page, () => measuring);
    const smoothness = await measureSmoothness(studio);
    measuring = false;
    await drawn;
    return smoothness;
  } finally {
    await studio.quit();
  }
}

async function measureSmoothness(studio: Studio): Promise<Smoothness> {
  const [mainLoopDelay, frames] = await Promise.all([measureMainLoop(studio), measureFrames(studio)]);
  return {
    mainLoopDelay,
    framesPerSecond: frames.length / (frames.reduce((a, b) => a + b) / 1000),
    frame: { p50: quantile(frames, 0.5), p99: quantile(frames, 0.99) },
  };
}

function latencyOf(milliseconds: number[]): Latency {
  return { p50: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95) };
}

async function timeStart(profile: string): Promise<number> {
  const began = performance.now();
  const studio = await Studio.open(profile);
  const took = performance.now() - began;
  await studio.quit();
  return took;
}

function measureMainLoop({ app }: Studio): Promise<WindowFigures['mainLoopDelay']> {
  return app.evaluate(async (_, milliseconds) => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    // The histogram counts from when a timer is due, so its own period is not part of the delay.
    const resolution = 1;
    const delays = monitorEventLoopDelay({ resolution });
    delays.enable();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    delays.disable();
    const [p50, p99, max] = [50, 99, 100].map((percentile) => delays.percentile(percentile) / 1e6 - resolution);
    return { p50: p50!, p99: p99!, max: max! };
  }, SECONDS * 1000);
}

/** @returns milliseconds from each frame to the next */
function measureFrames({ page }: Studio): Promise<number[]> {
  return page.evaluate(async (milliseconds) => {
    const frames: number[] = [];
    let last = await new Promise<number>(requestAnimationFrame);
    const end = last + milliseconds;
    while (last < end) {
      const now = await new Promise<number>(requestAnimationFrame);
      frames.push(now - last);
      last = now;
    }
    return frames;
  }, SECONDS * 1000);
}

function measureMemory({ app }: Studio): Promise<number> {
  return app.evaluate(({ app }) =>
    app.getAppMetrics().reduce((sum, { memory }) => sum + memory.workingSetSize / 1000, 0),
  );
}
