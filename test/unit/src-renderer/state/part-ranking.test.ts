import { expect, test, vi } from 'vitest';
import type { PartRanking } from '../../../../src-preload/part-ranking';
import { nothingOff } from '../../../../src-preload/schemas';
import { PartRankingView } from '../../../../src-renderer/state/part-ranking.svelte';
import { partNames } from '../../../../src-renderer/state/part-words';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

const ranking: PartRanking = {
  model: { source: 'run', name: 'run-1', step: 940 },
  correct: 9700,
  total: 10_000,
  parts: [{ layer: 'units', index: 11, lost: 30, most: { label: 4, lost: 20 }, isDead: false }],
};

function makeRanking() {
  const view = new StudioView();
  view.ready = true;
  view.model = { ...view.model, ...ranking.model };
  const problems = new Problems();
  return { view, problems, parts: new PartRankingView({ view, problems, requester: new Requester(view, problems) }) };
}

test('a ranking shows its progress, can be stopped, and names its network once another one reads', async () => {
  const { view, parts } = makeRanking();
  let answer: (ranking: PartRanking | null) => void = () => undefined;
  provideBridge({
    rankParts: () => new Promise((resolve) => (answer = resolve)),
    stopRanking: () => {
      answer(null);
      return undefined;
    },
  });
  expect(parts.stop.refusal).toBe('Nothing is being ranked');
  parts.start.run();
  await vi.waitFor(() => expect(parts.progress).toBe(0));
  parts.progressed(0.25);
  expect(parts.progress).toBe(0.25);
  parts.stop.run();
  await vi.waitFor(() => expect(parts.progress).toBeNull());
  expect(parts.ranking).toBeNull();
  // Progress that arrives late does not begin a ranking.
  parts.progressed(0.5);
  expect(parts.progress).toBeNull();

  parts.start.run();
  await vi.waitFor(() => expect(parts.progress).toBe(0));
  answer(ranking);
  await vi.waitFor(() => expect(parts.ranking).toEqual(ranking));
  expect([parts.progress, parts.otherNetwork]).toEqual([null, null]);
  view.model = { ...view.model, step: 950 };
  expect(parts.otherNetwork).toBe('run-1 at step 940');
  view.model = { ...view.model, step: 940 };
  expect(parts.otherNetwork).toBeNull();
});

test('a ranking is shown only with the data that it was made with, and names a network of another folder', async () => {
  const { view, parts } = makeRanking();
  const mnist = { ...{ name: 'MNIST', sha256: 'a', trainCount: 60_000, testCount: 10_000 }, images: null };
  view.dataset = { ...mnist, classNames: null, notices: [], doubt: null };
  view.folder = '/runs';
  provideBridge({ rankParts: () => ranking });
  parts.start.run();
  await vi.waitFor(() => expect(parts.ranking).toEqual(ranking));
  view.dataset = { ...view.dataset, name: 'Letters', sha256: 'b' };
  expect(parts.ranking).toBeNull();
  view.dataset = { ...view.dataset, sha256: 'a' };
  expect([parts.ranking, parts.otherNetwork]).toEqual([ranking, null]);
  view.folder = '/other';
  expect(parts.otherNetwork).toBe('run-1 at step 940');
});

test('a failure is reported, and the last ranking stays', async () => {
  const { view, parts, problems } = makeRanking();
  provideBridge({ rankParts: () => ranking });
  parts.start.run();
  await vi.waitFor(() => expect(parts.ranking).toEqual(ranking));
  provideBridge({
    rankParts: () => {
      throw new Error('The engine has stopped');
    },
  });
  parts.start.run();
  await vi.waitFor(() => expect(problems.shown?.message).toContain('The engine has stopped'));
  expect([parts.ranking, parts.progress]).toEqual([ranking, null]);
  view.model = { ...view.model, source: 'none' };
  expect(parts.start.refusal).toBe('There is no network yet');
});

test.each([
  [nothingOff, ''],
  [{ ...nothingOff, firstLayer: [2] }, 'first-layer map 3'],
  [{ ...nothingOff, firstLayer: [2], units: [11] }, 'first-layer map 3 and hidden unit 12'],
  [
    { firstLayer: [9, 0], secondLayer: [4, 5, 6], units: [1, 2, 3, 4, 5] },
    'first-layer maps 1 and 10, second-layer maps 5, 6, and 7, and 5\u00a0hidden units',
  ],
])('parts in words: %j', (parts, words) => {
  expect(partNames(parts)).toBe(words);
});
