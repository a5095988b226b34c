import { expect, test } from 'vitest';
import type { RunView } from '../../../../src-preload/contract';
import type { LessonResult } from '../../../../src-preload/lessons';
import type { LabelledDrawing } from '../../../../src-preload/recognition';
import { defaultConfig } from '../../../../src-preload/schemas';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';
import { Lesson } from '../../../../src-renderer/state/lesson.svelte';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

const score = { correct: 9, interval: { low: 0.8, high: 1 } };
const tested = { total: 10, before: score, after: score, gained: 0, lost: 0, gainedImages: [], lostImages: [] };
const result: LessonResult = {
  ...{ run: 'run-1', step: 600, drawings: 100, base: 'MNIST', verdict: 'gained', network: 'after' },
  ...{ own: tested, dataset: tested, otherHands: tested },
};

const progress = { epoch: 1, epochs: 1, step: 600, stepsPerEpoch: 600, totalSteps: 600, examplesSeen: 38_400 };
const shown: RunView = {
  ...{
    folder: '/runs',
    state: 'finished',
    run: 'run-1',
    olderCheckpoint: null,
    begunFrom: null,
    isLesson: true,
    data: null,
  },
  ...{ config: defaultConfig, device: 'CPU', testTotal: 10_000, log: [], problem: null },
  progress: { ...progress, imagesPerSecond: null, secondsLeft: null, hint: null },
  history: { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] },
};

function makeLesson(drawings: Pick<LabelledDrawing, 'heldOut'>[]) {
  const view = new StudioView();
  view.ready = true;
  const requester = new Requester(view, new Problems());
  const run = new OpenRun();
  return { view, run, lesson: new Lesson({ view, run, dialogs: new Dialogs(), requester, ownDigits: { drawings } }) };
}

test('what a lesson changed is asked for again for a run of the same name in another folder', async () => {
  const { lesson, run } = makeLesson([]);
  let drawings = 100;
  provideBridge({
    getLessonResult: () => ({ ...result, drawings }),
  });
  const show = (folder: string) => {
    run.replace({ ...shown, folder });
    lesson.follow();
  };
  show('/runs');
  await expect.poll(() => lesson.result?.drawings).toBe(100);
  drawings = 7;
  show('/runs');
  expect(lesson.result?.drawings).toBe(100);
  show('/other');
  expect(lesson.result).toBeNull();
  await expect.poll(() => lesson.result?.drawings).toBe(7);

  // A refusal that comes after another run was shown says nothing about that run.
  provideBridge({
    getLessonResult: () => {
      run.replace({ ...shown, run: 'run-2', isLesson: false });
      lesson.follow();
      throw new Error('The network that it started from is gone.');
    },
  });
  show('/runs');
  await expect.poll(() => run.name).toBe('run-2');
  await new Promise(setImmediate);
  expect(lesson.problem).toBeNull();
});

test('a choice of network that is answered after another run was shown changes nothing there', async () => {
  const { lesson, run } = makeLesson([]);
  let answered = false;
  provideBridge({
    getLessonResult: () => result,
    chooseLessonNetwork: () => {
      run.replace({ ...shown, run: 'run-2', isLesson: false });
      lesson.follow();
      answered = true;
      return undefined;
    },
  });
  run.replace(shown);
  lesson.follow();
  await expect.poll(() => lesson.result).toEqual(result);
  lesson.use('before').run();
  await expect.poll(() => answered).toBe(true);
  await new Promise(setImmediate);
  expect(lesson.result).toBeNull();
});

const dataset = {
  name: 'fashion-mnist',
  ...{ sha256: 'a', trainCount: 60_000, testCount: 10_000, images: null, notices: [], doubt: null },
};

test('a lesson needs drawings to learn from and to test on, a network, and digits', () => {
  expect(makeLesson([{ heldOut: false }]).lesson.teach.refusal).toBe('Write a digit at least three times first');
  const { view, lesson } = makeLesson([{ heldOut: false }, { heldOut: true }]);
  expect(lesson.teach.refusal).toBe('There is no network yet');
  view.model = { ...view.model, source: 'bundled' };
  expect(lesson.teach.refusal).toBeNull();
  const names = ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'];
  view.dataset = { ...dataset, classNames: { names, typed: true } };
  expect(lesson.teach.refusal).toBe('The classes of fashion-mnist are not digits. Load digits first');
  view.dataset = { ...dataset, classNames: null };
  expect(lesson.teach.refusal).toBeNull();
});
