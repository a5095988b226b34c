/** Measures the application in its real window. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Studio } from '../e2e/studio';
import { measureDrawingLatency } from './drawing-latency';
import { quantile } from './statistics';

export interface Latency {
  p50: number;
  p95: number;
}

export interface WindowFigures {
  /** Milliseconds from the start of the program until the window answers: the first time, and again. */
  startCold: number;
  startWarm: number;
  /** Milliseconds, while training. */
  mainLoopDelay: { p50: number; p99: number; max: number };
  /** Of the window, while training. */
  framesPerSecond: number;
  /** Milliseconds between two frames, while training. */
  frame: { p50: number; p99: number };
  /** Milliseconds from a pen's movement until its answer is on the screen. */
  drawing: { idle: Latency; training: Latency };
  /** Resident memory of all processes, MB, while training; pages that they share counted once for each. */
  memory: number;
}

const SECONDS = 10;
/** Of the pen, for the latency. */
const MOVEMENTS = 200;

export async function measureWindow(): Promise<WindowFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-bench-'));
  try {
    const profile = join(folder, 'profile');
    const startCold = await timeStart(profile);
    const startWarm = await timeStart(profile);
    const studio = await Studio.open(profile);
    try {
      const idle = latencyOf(await measureDrawingLatency(studio.page, MOVEMENTS));
      await studio.chooseFolder(folder);
      await studio.set('epochs', 1000);
      await studio.page.getByTestId('start').click();
      await studio.runState.filter({ hasText: 'running' }).waitFor();
      const [mainLoopDelay, frames] = await Promise.all([measureMainLoop(studio), measureFrames(studio)]);
      return {
        startCold,
        startWarm,
        mainLoopDelay,
        framesPerSecond: frames.length / (frames.reduce((a, b) => a + b) / 1000),
        drawing: { idle, training: latencyOf(await measureDrawingLatency(studio.page, MOVEMENTS)) },
        frame: { p50: quantile(frames, 0.5), p99: quantile(frames, 0.99) },
        memory: await measureMemory(studio),
      };
    } finally {
      await studio.quit();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
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
    // It counts from when a timer is due: its own period is no delay.
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
