import { expect, test, vi } from 'vitest';
import type { TrainedRun } from '../../../../src-preload/contract';
import { Layouts, type Method } from '../../../../src-renderer/map/layouts';
import { DigitMapView } from '../../../../src-renderer/state/digit-map.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';
import { encode, labelsOf, mapDataOf, unitsOf } from '../map/clusters';
import { predictionOf } from '../predictions';

/** Islands take a while on a busy machine. */
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 });

const COUNT = 80;

function makeMap() {
  const view = new StudioView();
  view.model = { ...view.model, source: 'run', name: 'run-1', step: 10 };
  const problems = new Problems();
  const recognition = { shown: predictionOf(2) };
  const arranged: Method[] = [];
  const map = new DigitMapView({ view, problems, recognition }, (listener) => {
    const onLayout: typeof listener.onLayout = (layout) => {
      arranged.push(layout.method);
      listener.onLayout(layout);
    };
    return new Layouts({ ...listener, onLayout });
  });
  // A drawing that looks like the fourth image.
  const units = () => encode(unitsOf(labelsOf(COUNT, 3), 3, view.model.step).subarray(150, 200));
  const asked: number[] = [];
  provideBridge({
    getMapData: () => {
      asked.push(view.model.step);
      return mapDataOf(COUNT, view.model.step);
    },
    getUnits: units,
  });
  return { view, map, problems, asked, arranged };
}

test('the images are projected at once, then islands form, with the drawing among them', async () => {
  const { map, arranged } = makeMap();
  map.follow();
  expect(map.images).toBeNull();
  const end = map.watch();
  await until(() => expect(map.layout).not.toBeNull());
  // A busy machine may look again only when there are islands.
  expect(arranged[0]).toBe('projection');
  expect(map.images).toMatchObject({ correct: COUNT - 1, indices: expect.arrayContaining([0, 5, 10]) as number[] });
  await until(() => expect(map.layout).toMatchObject({ method: 'islands', isDone: true, overlap: null }));
  const { points } = map.layout!;
  await until(() => expect(map.drawing).toEqual([expect.closeTo(points[6]!, 3), expect.closeTo(points[7]!, 3)]));
  map.choose('projection');
  await until(() => expect(map.layout).toMatchObject({ method: 'projection', isDone: true }));
  const projected = map.layout!.points;
  await until(() => expect(map.drawing).toEqual([expect.closeTo(projected[6]!, 3), expect.closeTo(projected[7]!, 3)]));
  end();
  expect([map.layout, map.drawing]).toEqual([null, null]);
});

test('it follows the network without jumping, and places no drawing of another network', async () => {
  const { view, map } = makeMap();
  map.choose('projection');
  const end = map.watch();
  await until(() => expect(map.drawing).not.toBeNull());
  const before = map.layout!.points;
  view.model = { ...view.model, step: 11 };
  map.followDrawing();
  await until(() => expect(map.drawing).toBeNull());
  map.follow();
  await until(() => expect(map.images?.model.step).toBe(11));
  await until(() => expect(map.drawing).not.toBeNull());
  const after = map.layout!.points;
  const moved =
    after.map((value, i) => Math.abs(value - before[i]!)).reduce((sum, value) => sum + value) / after.length;
  expect(moved).toBeLessThan(0.3);
  end();
});

test('while a run is trained it follows the run, and islands wait', async () => {
  const { view, map, asked } = makeMap();
  const progress = { epoch: 1, epochs: 3, step: 10, stepsPerEpoch: 100 } as TrainedRun['progress'];
  const trained: TrainedRun = { run: 'run-1', state: 'running', progress, problem: null };
  view.trained = trained;
  const end = map.watch();
  expect(map.mustWait).toBe(true);
  await until(() => expect(map.layout).toMatchObject({ method: 'projection', isDone: true }));
  map.followRun();
  await until(() => expect(asked).toHaveLength(2));
  // A step of the past stays what it is.
  view.model = { ...view.model, past: { step: 10, isExact: true } };
  map.followRun();
  view.trained = { ...trained, state: 'paused' };
  map.followTraining();
  await until(() => expect(map.layout?.method).toBe('islands'));
  expect(asked).toHaveLength(2);
  end();
});

test('while a run is trained, the last map of its network is shown again until there is a newer one', async () => {
  const { view, map } = makeMap();
  view.trained = { run: 'run-1', state: 'running', progress: {} as TrainedRun['progress'], problem: null };
  map.watch()();
  await until(() => expect(map.images).not.toBeNull());
  provideBridge({ getMapData: () => new Promise(() => undefined), getUnits: () => '' });
  view.model = { ...view.model, step: 20 };
  const end = map.watch();
  await until(() => expect(map.layout).not.toBeNull());
  expect(map.images?.model.step).toBe(10);
  end();
  view.model = { ...view.model, name: 'run-2' };
  const endOfOther = map.watch();
  expect(map.layout).toBeNull();
  endOfOther();
});

test('without a network there is no map', async () => {
  const { view, map } = makeMap();
  const end = map.watch();
  await until(() => expect(map.layout).not.toBeNull());
  view.model = { ...view.model, source: 'none' };
  provideBridge({ getMapData: () => null, getUnits: () => '' });
  map.follow();
  await until(() => expect([map.images, map.layout]).toEqual([null, null]));
  end();
});
