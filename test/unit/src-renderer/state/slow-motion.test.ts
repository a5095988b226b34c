import { expect, test, vi } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import type { KernelsOfStep, TrainingStep } from '../../../../src-preload/training-step';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { SlowMotion } from '../../../../src-renderer/state/slow-motion.svelte';
import { mostMoved } from '../../../../src-renderer/state/step-parts';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { TimeMachine } from '../../../../src-renderer/state/time-machine.svelte';
import { provideBridge } from '../bridge';

const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
const bytes = (...values: number[]) => Buffer.from(values).toString('base64');

function kernels(count: number): KernelsOfStep {
  const values = (valueOf: (i: number) => number) =>
    floats(...Array.from({ length: count * 25 }, (_, i) => valueOf(i)));
  // Weight 7 of each kernel moves by -1/4, the others by 1/8.
  return {
    before: values(() => 1),
    gradient: values(() => 0.5),
    momentum: values(() => 0),
    after: values((i) => (i % 25 === 7 ? 0.75 : 1.125)),
  };
}

/** Two images: a 1 that is read as a 0, and then as a 1; and a 0 that is read correctly, but less surely afterwards. */
function stepOf(step: number): TrainingStep {
  const outputs = (...likely: [number, number][]) =>
    floats(
      ...likely.flatMap(([digit, p]) => Array.from({ length: 10 }, (_, i) => Math.log(i === digit ? p : (1 - p) / 9))),
    );
  return {
    ...{ run: 'run-1', step, epoch: 1, batch: step, batchesPerEpoch: 938, learningRate: 0.01, momentum: 0.5 },
    ...{
      augmentation: false,
      count: 2,
      images: ['', ''],
      labels: bytes(1, 0),
      kept: bytes(...Array<number>(140).fill(1)),
    },
    ...{ losses: floats(3, 0.5), lossesAfter: floats(0.25, 1), layers: [] },
    outputs: outputs([0, 0.7], [0, 0.6]),
    outputsAfter: outputs([1, 0.8], [0, 0.4]),
    ...{ loss: 1.75, lossAfter: 0.625, loggedLoss: step === 11 ? 1.75 : null },
    firstLayer: kernels(10),
    secondLayer: kernels(200),
  };
}

function makeSlowMotion(steps: number) {
  const view = new StudioView();
  view.ready = true;
  const run = new OpenRun();
  const history = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
  run.replace({
    ...{ folder: null, state: 'paused', run: 'run-1', olderCheckpoint: null, begunFrom: null, config: defaultConfig },
    isLesson: false,
    data: null,
    ...{ device: null, history, testTotal: 10_000, log: [], problem: null },
    progress: {
      ...{ epoch: 1, epochs: 3, step: steps, stepsPerEpoch: 938, totalSteps: 2814, examplesSeen: steps * 64 },
      ...{ imagesPerSecond: null, secondsLeft: null, hint: null },
    },
  });
  const problems = new Problems();
  const requester = new Requester(view, problems);
  const dialogs = new Dialogs();
  const timeMachine = new TimeMachine({ view, run, problems, requester });
  const slowMotion = new SlowMotion({ run, dialogs, requester, timeMachine });
  provideBridge({
    readWith: (choice) =>
      typeof choice === 'object' && 'step' in choice ? { step: choice.step, isExact: null } : null,
    takeApart: ({ step }) => stepOf(step),
  });
  return { run, dialogs, timeMachine, slowMotion };
}

test('it shows the step at the handle, and the handle goes along to the next and previous step', async () => {
  const { dialogs, timeMachine, slowMotion } = makeSlowMotion(12);
  timeMachine.goTo(11);
  slowMotion.open.run();
  expect(dialogs.isOpen('slowMotion')).toBe(true);
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(11));
  expect(slowMotion.isExact).toBe(true);
  slowMotion.next.run();
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(12));
  expect([timeMachine.step, slowMotion.isExact, slowMotion.next.refusal]).toEqual([
    12,
    null,
    'This is the newest step',
  ]);
  for (let i = 0; i < 3; i++) slowMotion.previous.run();
  expect([slowMotion.step, timeMachine.step]).toEqual([9, 9]);
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(9));
});

test('before training it shows the first step; without one it says why not', async () => {
  const { timeMachine, slowMotion } = makeSlowMotion(12);
  timeMachine.goTo(0);
  slowMotion.open.run();
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(1));
  expect(slowMotion.previous.refusal).toBe('This is the first step');

  const { run, slowMotion: other, dialogs } = makeSlowMotion(0);
  expect(other.open.refusal).toBe('The run has no steps yet');
  other.open.run();
  expect(dialogs.isOpen('slowMotion')).toBe(false);
  run.replace({ ...({} as Parameters<OpenRun['replace']>[0]), run: null, log: [] });
  expect(other.open.refusal).toBe('Choose a run first');
});

test('images, losses and kernels are decoded', async () => {
  const { slowMotion } = makeSlowMotion(12);
  slowMotion.open.run();
  await vi.waitFor(() => expect(slowMotion.parts).not.toBeNull());
  // By default the image with the largest loss.
  expect(slowMotion.image).toMatchObject({ label: 1, answer: 0, answerAfter: 1, loss: 3, lossAfter: 0.25 });
  expect(slowMotion.image!.output[0]).toBeCloseTo(0.7);
  expect(slowMotion.image!.keptUnits).toHaveLength(50);
  expect(slowMotion.correct).toEqual({ before: 1, after: 2, improved: 1 });
  slowMotion.chooseImage(1);
  expect(slowMotion.image).toMatchObject({ label: 0, answer: 0 });

  slowMotion.kernel = { layer: 'secondLayer', index: 199 };
  const kernel = slowMotion.shownKernel!;
  expect(mostMoved(kernel)).toBe(7);
  expect([kernel.change[7], kernel.change[8]]).toEqual([-0.25, 0.125]);
  expect(kernel.gradientSize).toBeCloseTo(2.5);
});

test('a step that cannot be computed again is told, and another can be shown', async () => {
  const { slowMotion } = makeSlowMotion(12);
  provideBridge({
    takeApart: ({ step }) => {
      if (step === 12) throw new Error('Step 11 of run-1 cannot be computed again');
      return stepOf(step);
    },
    readWith: () => null,
  });
  slowMotion.open.run();
  await vi.waitFor(() => expect(slowMotion.problem).toContain('cannot be computed again'));
  expect(slowMotion.parts).toBeNull();
  slowMotion.previous.run();
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(11));
  expect(slowMotion.problem).toBeNull();
});

test('after the engine was replaced, a step that the one before did not answer is asked for again', async () => {
  const { dialogs, slowMotion } = makeSlowMotion(12);
  let isStarting = true;
  const asked = provideBridge({
    takeApart: ({ step }) => {
      if (isStarting) throw new Error('The engine is still starting');
      return stepOf(step);
    },
  });
  slowMotion.open.run();
  await vi.waitFor(() => expect(slowMotion.problem).toContain('still starting'));
  isStarting = false;
  slowMotion.follow();
  await vi.waitFor(() => expect(slowMotion.parts?.step).toBe(12));
  expect(slowMotion.problem).toBeNull();
  // Nothing is asked for that is known, or that nobody looks at.
  slowMotion.follow();
  dialogs.close('slowMotion');
  slowMotion.follow();
  expect(asked).toHaveLength(2);
});
