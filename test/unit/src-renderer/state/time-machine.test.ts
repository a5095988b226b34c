import { afterEach, expect, test, vi } from 'vitest';
import type { RunView } from '../../../../src-preload/contract';
import { type LookedAtStep, defaultConfig } from '../../../../src-preload/schemas';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { TimeMachine } from '../../../../src-renderer/state/time-machine.svelte';
import { provideBridge } from '../bridge';

afterEach(() => void vi.useRealTimers());

const history = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
const runAt = (step: number): RunView => ({
  ...{ folder: null, state: 'paused', run: 'run-1', olderCheckpoint: null, begunFrom: null, config: defaultConfig },
  isLesson: false,
  data: null,
  ...{ device: null, history, testTotal: 10_000, log: [], problem: null },
  progress: {
    ...{ epoch: 1, epochs: 3, step, stepsPerEpoch: 938, totalSteps: 2814, examplesSeen: step * 64 },
    ...{ imagesPerSecond: null, secondsLeft: null, hint: null },
  },
});

/** A run of 1,000 steps. The main process answers each choice at once, as the real one does. */
function makeTimeMachine() {
  const view = new StudioView();
  view.ready = true;
  const run = new OpenRun();
  run.replace(runAt(1000));
  const problems = new Problems();
  const time = new TimeMachine({ view, run, problems, requester: new Requester(view, problems) });
  const asked: unknown[] = [];
  provideBridge({
    readWith: (choice) => {
      asked.push(choice);
      const past = typeof choice === 'object' && 'step' in choice ? { step: choice.step, isExact: null } : null;
      view.model = { ...view.model, past };
      time.follow();
      return past;
    },
  });
  return { view, run, problems, time, asked };
}

test('the handle goes to steps of the past and back to the newest', async () => {
  const { time, asked } = makeTimeMachine();
  expect([time.step, time.end, time.isPast]).toEqual([1000, 2814, false]);
  expect(time.words).toBe('Step 1,000, epoch 2, the newest');
  time.goTo(48);
  expect([time.step, time.isPast, time.words]).toEqual([48, true, 'Step 48, epoch 1']);
  await vi.waitFor(() => expect(asked).toEqual([{ run: 'run-1', step: 48, isPassed: false }]));
  time.moveByEpoch(1);
  expect(time.step).toBe(938);
  time.moveByEpoch(1);
  expect([time.step, time.isPast]).toEqual([1000, false]);
  time.moveByEpoch(-1);
  expect(time.step).toBe(938);
  time.moveByEpoch(-1);
  expect([time.step, time.words]).toEqual([0, 'Step 0, before training']);
  time.move(-10);
  expect(time.step).toBe(0);
  time.now.run();
  await vi.waitFor(() => expect(asked.at(-1)).toBe('opened'));
  expect(time.isPast).toBe(false);
  expect(time.now.refusal).toBe('This is the newest step');
});

test('it stays in the past while the run goes on, and ends when another network is chosen', async () => {
  const { time, run, view, asked } = makeTimeMachine();
  time.goTo(100);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  run.replace(runAt(1010));
  expect([time.step, time.newest]).toEqual([100, 1010]);
  view.model = { ...view.model, past: { step: 100, isExact: true } };
  time.follow();
  expect(time.isExact).toBe(true);
  view.model = { ...view.model, past: null };
  await vi.waitFor(() => {
    time.follow();
    expect([time.step, time.isPast, time.isExact]).toEqual([1010, false, null]);
  });
});

test('playing goes from the beginning to the newest step, as fast as it is told', async () => {
  vi.useFakeTimers();
  const { time, asked } = makeTimeMachine();
  time.changeSpeed(1);
  time.changeSpeed(1);
  expect(time.speed).toBe('fast');
  time.playOrPause.run();
  await vi.advanceTimersByTimeAsync(350);
  expect(time.playing).toBe(true);
  expect(asked.slice(0, 4)).toEqual([0, 50, 100, 150].map((step) => ({ run: 'run-1', step, isPassed: true })));
  time.playOrPause.run();
  await vi.advanceTimersByTimeAsync(1000);
  const { step } = time;
  expect([time.playing, step < 300]).toEqual([false, true]);
  time.playOrPause.run();
  await vi.advanceTimersByTimeAsync(5000);
  expect([time.playing, time.isPast]).toEqual([false, false]);
  expect(asked.at(-1)).toBe('opened');
});

test('while a run is trained, dragging shows kept states, seldom, and the very step once the handle is released', async () => {
  vi.useFakeTimers();
  const { view, time } = makeTimeMachine();
  view.trained = { run: 'run-1', state: 'running', progress: runAt(1000).progress!, problem: null };
  const told: unknown[] = [];
  provideBridge({
    readWith: async (choice) => {
      await vi.advanceTimersByTimeAsync(10);
      const { step, isPassed } = choice as LookedAtStep;
      told.push(choice);
      const past = { step: isPassed ? 47 * Math.floor(step / 47) : step, isExact: null };
      view.model = { ...view.model, past };
      time.follow();
      return past;
    },
  });
  time.dragTo(300);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([{ run: 'run-1', step: 300, isPassed: true }]);
  expect([time.step, time.shown, time.isPassing]).toEqual([300, 282, true]);
  for (let step = 301; step <= 330; step++) {
    time.dragTo(step);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(told).toHaveLength(1);
  time.goTo(330);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([
    { run: 'run-1', step: 300, isPassed: true },
    { run: 'run-1', step: 330, isPassed: false },
  ]);
  expect([time.step, time.shown, time.isPassing]).toEqual([330, 330, false]);
});

test('while a run is trained, the playback goes on each second however long a look takes', async () => {
  vi.useFakeTimers();
  const { view, time } = makeTimeMachine();
  view.trained = { run: 'run-1', state: 'running', progress: runAt(1000).progress!, problem: null };
  const steps: number[] = [];
  provideBridge({
    readWith: async (choice) => {
      const { step } = choice as LookedAtStep;
      steps.push(step);
      await new Promise((resolve) => setTimeout(resolve, 500));
      view.model = { ...view.model, past: { step, isExact: null } };
      time.follow();
      return view.model.past;
    },
  });
  time.playOrPause.run();
  await vi.advanceTimersByTimeAsync(3400);
  expect(steps).toEqual([0, 100, 200, 300]);
  time.playOrPause.run();
});

test('a step that cannot be shown is told, and the handle returns', async () => {
  const { time, problems } = makeTimeMachine();
  provideBridge({
    readWith: () => {
      throw new Error('Step 5 of run-1 cannot be computed again');
    },
  });
  time.goTo(5);
  await vi.waitFor(() => expect(time.isPast).toBe(false));
  expect(problems.shown?.message).toContain('cannot be computed again');
});
