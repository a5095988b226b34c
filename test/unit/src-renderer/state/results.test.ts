import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import type { Results } from '../../../../src-preload/results';
import { nothingOff } from '../../../../src-preload/schemas';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { ResultsView } from '../../../../src-renderer/state/results.svelte';
import { TestImages } from '../../../../src-renderer/state/test-images.svelte';
import { provideBridge } from '../bridge';

const timeMachine = { isPassing: false };

const base64 = (values: Uint8Array | Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/** The results on three images, of which the second is misread. */
function resultsAt(step: number, sha256 = 'mnist'): Results {
  return {
    model: { source: 'run', name: 'run-1', step, testAccuracy: 2 / 3, penAccuracy: null },
    switchedOff: nothingOff,
    dataset: 'MNIST',
    sha256,
    total: 3,
    correct: 2,
    loss: 0.5,
    interval: { low: 0.2, high: 0.94 },
    confusion: Array.from({ length: 10 }, () => Array<number>(10).fill(0)),
    perDigit: [],
    reliability: [],
    calibrationError: 0.1,
    labels: base64(Uint8Array.from([1, 2, 3])),
    predictions: base64(Uint8Array.from([1, 7, 3])),
    probabilities: base64(Float32Array.from([0.5, 0.25, 0.75])),
    losses: base64(Float32Array.from([0.5, 2, 0.25])),
    doubted: [1],
    reviewed: [{ index: 2, review: 'unclear' }],
  };
}

test('results are requested only while they are watched', async () => {
  let asked = 0;
  provideBridge({ getResults: () => Promise.resolve(resultsAt(++asked)) });
  const view = new ResultsView(new Problems(), () => timeMachine);
  view.follow();
  expect(asked).toBe(0);
  const end = view.watch();
  await vi.waitFor(() => expect(view.results?.model.step).toBe(1));
  expect([...view.results!.predictions]).toEqual([1, 7, 3]);
  expect([...view.results!.probabilities]).toEqual([0.5, 0.25, 0.75]);
  expect(view.listed).toEqual([1]);
  view.follow();
  await vi.waitFor(() => expect(view.results?.model.step).toBe(2));
  end();
  view.follow();
  expect(asked).toBe(2);
});

test('with other data all mistakes are listed again, and images are requested again', async () => {
  let sha256 = 'mnist';
  let fetched = 0;
  provideBridge({
    getResults: () => Promise.resolve(resultsAt(1, sha256)),
    getTestImages: (indices) => Promise.resolve(indices.map((index) => `${sha256} ${index} ${++fetched}`)),
  });
  const view = new ResultsView(new Problems(), () => timeMachine);
  view.watch();
  await vi.waitFor(() => expect(view.results).not.toBeNull());
  view.filter = { kind: 'doubtful' };
  expect(view.listed).toEqual([1, 2]);
  view.images.want(view.listed);
  await vi.waitFor(() => expect(view.images.get(2)).toBe('mnist 2 2'));
  sha256 = 'fashion';
  view.follow();
  await vi.waitFor(() => expect(view.results?.sha256).toBe('fashion'));
  flushSync();
  expect(view.filter).toEqual({ kind: 'mistakes' });
  expect(view.images.get(2)).toBeNull();
});

test('the saved drawings are tested instead, and the chosen one stays chosen while others are removed', async () => {
  let ids = ['a', 'b', 'c'];
  const asked = provideBridge({
    getResults: () => Promise.resolve(resultsAt(1)),
    getDrawingResults: () =>
      Promise.resolve({
        results: { ...resultsAt(1, ''), total: ids.length },
        drawings: ids.map((id) => ({ id, label: 3, pixels: `pixels of ${id}`, heldOut: false })),
      }),
  });
  const view = new ResultsView(new Problems(), () => timeMachine);
  view.watch();
  await vi.waitFor(() => expect(view.results).not.toBeNull());
  view.choose(2);
  expect(view.chosenDrawing).toBeNull();

  view.showSet('drawings');
  expect(view.results).toBeNull();
  expect(view.chosen).toBeNull();
  await vi.waitFor(() => expect(view.results).not.toBeNull());
  // With a few drawings there may be no mistakes, so all are listed.
  expect(view.listed).toHaveLength(3);
  expect(view.images.get(1)).toBe('pixels of b');
  view.choose(2);
  expect(view.chosenDrawing?.id).toBe('c');
  ids = ['b', 'c'];
  view.follow();
  await vi.waitFor(() => expect(view.chosen).toBe(1));
  expect(view.chosenDrawing?.id).toBe('c');
  ids = ['b'];
  view.follow();
  await vi.waitFor(() => expect(view.chosen).toBeNull());
  expect(asked.filter((name) => name === 'getResults')).toHaveLength(1);
});

test('images are requested in portions, each once, and not after they scrolled out of view', async () => {
  const portions: number[][] = [];
  const answers: (() => void)[] = [];
  provideBridge({
    getTestImages: (indices) => {
      portions.push(indices);
      return new Promise((resolve) => answers.push(() => resolve(indices.map(String))));
    },
  });
  const images = new TestImages(new Problems());
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  images.want(range(0, 250));
  expect(portions).toEqual([range(0, 100)]);
  // Scrolls on before the first portion arrives.
  images.want(range(90, 120));
  answers[0]!();
  await vi.waitFor(() => expect(portions).toHaveLength(2));
  expect(portions[1]!.at(-1)).toBe(119);
  answers[1]!();
  await vi.waitFor(() => expect(images.get(119)).toBe('119'));
  images.want(range(0, 120));
  expect(portions).toHaveLength(2);
  expect(images.get(200)).toBeNull();
});

test('the reason for missing results is shown until there are some', async () => {
  let refuses = true;
  provideBridge({
    getResults: () => {
      if (refuses) throw new Error('big.pth has no results.');
      return resultsAt(1);
    },
  });
  const view = new ResultsView(new Problems(), () => timeMachine);
  view.watch();
  await vi.waitFor(() => expect(view.problem).toBe('big.pth has no results.'));
  expect(view.results).toBeNull();
  refuses = false;
  view.follow();
  await vi.waitFor(() => expect(view.results).not.toBeNull());
  expect(view.problem).toBeNull();
});

test('while steps go by in training, no network is tested; once the handle rests, one is', async () => {
  const asked = provideBridge({ getResults: () => resultsAt(1) });
  const moving = { isPassing: true };
  const view = new ResultsView(new Problems(), () => moving);
  view.watch();
  view.follow();
  expect([asked, view.mustWait]).toEqual([[], true]);
  moving.isPassing = false;
  view.follow();
  await vi.waitFor(() => expect(view.results?.model.step).toBe(1));
});
