import { expect, test, vi } from 'vitest';
import { type NetworkParts, nothingOff } from '../../../../src-preload/schemas';
import { NetworkPartsView } from '../../../../src-renderer/state/network-parts.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

function makeParts() {
  const view = new StudioView();
  view.ready = true;
  const problems = new Problems();
  const timeMachine = { isPassing: false };
  const parts = new NetworkPartsView({ view, problems, requester: new Requester(view, problems), timeMachine });
  const asked: NetworkParts[] = [];
  provideBridge({
    switchOff: (off) => {
      asked.push(off);
      view.model = { ...view.model, switchedOff: off };
      parts.follow();
      return undefined;
    },
    getAccuracy: () => ({ correct: 9000 - 1000 * parts.count, total: 10_000 }),
  });
  return { view, problems, parts, asked };
}

test('parts are switched off and on, and the accuracy follows while it is watched', async () => {
  const { parts, asked } = makeParts();
  const end = parts.watch();
  await vi.waitFor(() => expect(parts.accuracy).toBe(0.9));
  parts.toggle('firstLayer', 3).run();
  parts.toggle('units', 49).run();
  expect([parts.off, parts.count]).toEqual([{ firstLayer: [3], secondLayer: [], units: [49] }, 2]);
  await vi.waitFor(() => expect(parts.accuracy).toBe(0.7));
  parts.toggle('firstLayer', 3).run();
  await vi.waitFor(() => expect(asked.at(-1)).toEqual({ firstLayer: [], secondLayer: [], units: [49] }));
  await vi.waitFor(() => expect(parts.accuracy).toBe(0.8));
  parts.allOn.run();
  await vi.waitFor(() => expect(asked.at(-1)).toEqual(nothingOff));
  expect(parts.allOn.refusal).toBe('All parts are on');
  end();
  expect(parts.accuracy).toBeNull();
});

test('all are on again when another network is active; a refusal is told', async () => {
  const { view, parts, problems, asked } = makeParts();
  parts.toggle('secondLayer', 0).run();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await vi.waitFor(() => expect(view.model.switchedOff.secondLayer).toEqual([0]));
  view.model = { ...view.model, switchedOff: nothingOff };
  await vi.waitFor(() => {
    parts.follow();
    expect(parts.count).toBe(0);
  });

  provideBridge({
    switchOff: () => {
      throw new Error('The engine has stopped');
    },
  });
  parts.toggle('units', 1).run();
  await vi.waitFor(() => expect(problems.shown?.message).toContain('The engine has stopped'));
  expect(parts.count).toBe(0);
});
