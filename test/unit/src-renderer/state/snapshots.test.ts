import { expect, test, vi } from 'vitest';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { Snapshots } from '../../../../src-renderer/state/snapshots.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

function makeSnapshots() {
  const view = new StudioView();
  view.ready = true;
  const run = { name: 'run-1', folder: '/runs' };
  const problems = new Problems();
  const snapshots = new Snapshots({ view, run, problems, requester: new Requester(view, problems) });
  return { view, run, problems, snapshots };
}

test('the size is the shown run’s, and snapshots can be removed', async () => {
  const { run, snapshots } = makeSnapshots();
  const sizes: Record<string, number> = { 'run-1': 7_000_000, 'run-2': 0 };
  provideBridge({
    getSnapshotBytes: (name) => sizes[name]!,
    removeSnapshots: (name) => void (sizes[name] = 0),
  });
  expect(snapshots.bytes).toBeNull();
  snapshots.measure();
  await vi.waitFor(() => expect(snapshots.bytes).toBe(7_000_000));
  run.name = 'run-2';
  expect(snapshots.bytes).toBeNull();
  snapshots.measure();
  await vi.waitFor(() => expect(snapshots.bytes).toBe(0));
  expect(snapshots.remove.refusal).toBe('Nothing is kept of this run');
  run.name = 'run-1';
  snapshots.measure();
  await vi.waitFor(() => expect(snapshots.remove.refusal).toBeNull());
  // Another folder has a run of this name too.
  run.folder = '/other';
  expect(snapshots.bytes).toBeNull();
  run.folder = '/runs';
  snapshots.remove.run();
  await vi.waitFor(() => expect(snapshots.bytes).toBe(0));
});

test('a refused room is reported, and the choice stays', async () => {
  const { view, problems, snapshots } = makeSnapshots();
  provideBridge({
    useSnapshotRoom: () => {
      throw new Error('The disk is full.');
    },
  });
  snapshots.useRoom(50).run();
  await vi.waitFor(() => expect(problems.shown?.message).toBe('The disk is full.'));
  expect(view.snapshotRoom).toBe(200);
  provideBridge({ useSnapshotRoom: () => undefined });
  snapshots.useRoom(50).run();
  await vi.waitFor(() => expect(view.snapshotRoom).toBe(50));
});
