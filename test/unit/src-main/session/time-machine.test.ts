import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { RECORD_BYTES, SNAPSHOTS_FILE, type Snapshot } from '../../../../src-main/checkpoints/snapshots-file';
import { openStore } from '../../../../src-main/checkpoints/store';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import type { Weights } from '../../../../src-main/network/parameters';
import type { Session } from '../../../../src-main/session/session';
import { Trainer, initialState } from '../../../../src-main/training/trainer';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { twoEpochs } from './exact-resume';
import { contentOf, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

/** 150 steps, with snapshots after 0, 47, 94 and 141. */
const config = { ...twoEpochs, epochs: 15 };
const STEPS = [0, 1, 9, 10, 46, 47, 48, 93, 111, 149, 150];

let data: MnistDataset;
/** The state after each step of a trainer that is never stopped. */
const learned: Snapshot[] = [];

beforeAll(async () => {
  data = await smallDataset();
  const trainer = new Trainer(data, config, initialState(config.seed));
  for (;;) {
    const { step, network } = trainer;
    learned.push({ step, weights: network.weights(), momentumBuffers: network.momentumBuffers() });
    if (step === trainer.totalSteps) break;
    trainer.trainStep();
  }
  trainer.dispose();
});

/** A run that was stopped three times, each time as if the process had ended. */
async function trainInParts(folder: string): Promise<Session> {
  const first = await sessionIn(folder);
  await first.session.start({ ...config, epochs: 12 }, 'run-1', 33);
  await first.session.settled();
  first.session.dispose();
  const second = await sessionIn(folder);
  await second.session.resume(60);
  await second.session.settled();
  second.session.dispose();
  const { session } = await sessionIn(folder);
  await session.resume();
  await session.settled();
  await session.addEpochs(3);
  expect(await session.settled()).toMatchObject({ state: 'finished', progress: { step: 150 } });
  return session;
}

async function expectEachStep(session: Session, run = 'run-1', steps = STEPS): Promise<void> {
  // Not in order, and back and forth, as when a person drags.
  for (const step of [...steps.toReversed(), ...steps]) {
    await session.readWith({ run, step });
    expect(session.activeModel.view).toMatchObject({ source: 'run', name: run, step, past: { step } });
    expect(session.activeModel.model.testAccuracy === null).toBe(step % 10 !== 0);
    expect(session.activeModel.weights).toEqual(learned[step]!.weights);
    expect(await session.timeMachine.stateAt({ run, step })).toEqual(learned[step]);
  }
}

const snapshotsOf = (folder: string, run = 'run-1') => join(folder, run, SNAPSHOTS_FILE);

/** Removes all checkpoints except the newest. */
function removeOlderCheckpoints(folder: string, run = 'run-1'): void {
  const names = readdirSync(join(folder, run)).filter((name) => name.startsWith('step-'));
  for (const name of names.sort().slice(0, -1)) rmSync(join(folder, run, name), { recursive: true });
}

test('every step of a run can be computed again, bit for bit, whichever files are kept', async () => {
  const folder = await temporaryFolder();
  const session = await trainInParts(folder);
  await expectEachStep(session);

  removeOlderCheckpoints(folder);
  await expectEachStep(session, 'run-1', [0, 48, 149]);

  const whole = await readFile(snapshotsOf(folder));
  const damaged = Buffer.from(whole);
  damaged[damaged.length - 2 * RECORD_BYTES + 100]! ^= 1;
  await writeFile(snapshotsOf(folder), damaged);
  await expectEachStep(session, 'run-1', [96]);
  truncateSync(snapshotsOf(folder), whole.length - RECORD_BYTES / 2);
  await expectEachStep(session, 'run-1', [142]);
  const store = session.store!;
  expect(store.snapshotBytes('run-1')).toBe(statSync(snapshotsOf(folder)).size);
  store.removeSnapshots('run-1');
  store.removeSnapshots('run-1');
  expect(store.snapshotBytes('run-1')).toBe(0);
  await expectEachStep(session, 'run-1', [5, 47]);
  session.dispose();
});

test('without room for snapshots, a run is trained as usual and its steps are computed from checkpoints', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  session.store!.snapshotRoom = 0;
  await session.start(config, 'run-1');
  await session.settled();
  expect(session.store!.snapshotBytes('run-1')).toBe(0);
  await expectEachStep(session, 'run-1', [7, 141]);
  session.dispose();
});

test('a step can be shown while its run is trained, without changing the run', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...config, epochs: 500 }, 'run-1');
  await untilStep(session, 60);
  await session.readWith({ run: 'run-1', step: 48 });
  expect(session.activeModel.weights).toEqual(learned[48]!.weights);
  const before = session.events.view.progress!.step;
  await untilStep(session, before + 5);
  expect(session.activeModel.view).toMatchObject({ step: 48, past: { step: 48 } });
  expect(told.findLast(({ name }) => name === 'model')?.payload).toMatchObject({ step: 48 });
  const passed = { run: 'run-1', step: 49, isPassed: true };
  expect(await session.readWith(passed)).toEqual({ step: 47, isExact: null });
  expect(session.activeModel.weights).toEqual(learned[47]!.weights);
  await session.readWith('opened');
  expect(session.activeModel.view).toMatchObject({ past: null });
  await session.pause();
  expect(await session.readWith(passed)).toMatchObject({ step: 49 });
  expect(session.activeModel.weights).toEqual(learned[49]!.weights);
  await session.readWith('opened');
  const { step } = session.events.view.progress!;
  expect((await openStore(folder).then((store) => store.readNewest('run-1'))).checkpoint.weights).toEqual(
    step <= 150 ? learned[step]!.weights : session.activeModel.weights,
  );
  session.dispose();
});

test('a new run from any step continues like the old one, which keeps everything', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, 'run-1');
  const { history: whole } = await session.settled();
  const before = readdirSync(join(folder, 'run-1'));

  await session.openStep({ run: 'run-1', step: 53 });
  const view = session.events.view;
  expect(view).toMatchObject({
    run: 'run-1',
    state: 'paused',
    olderCheckpoint: 'step-00000053',
    progress: { step: 53 },
  });
  expect(view.history.testCounter).toEqual([0, 640, 1280, 1920, 2560, 3200]);
  expect(view.history.trainCounter).toEqual(whole.trainCounter.filter((counter) => counter < 53 * 64));

  await session.resume();
  expect(await session.settled()).toMatchObject({
    state: 'finished',
    run: 'run-2',
    begunFrom: { run: 'run-1', step: 53 },
    history: whole,
  });
  expect(await contentOf(folder, 'run-2', 150)).toEqual(await contentOf(folder, 'run-1', 150));
  expect(readdirSync(join(folder, 'run-1'))).toEqual(before);
  // The new run has the old one's snapshots.
  await expectEachStep(session, 'run-2', [0, 30, 47, 53, 100]);
  session.dispose();
});

test('steps that cannot be shown are refused with a reason', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, 'run-1', 20);
  await session.settled();
  await expect(session.readWith({ run: 'run-1', step: 21 })).rejects.toThrow('run-1 has not reached step 21 yet.');
  await expect(session.readWith({ run: 'run-2', step: 1 })).rejects.toThrow('run-2 is not shown.');
  await expect(session.openStep({ run: 'run-1', step: 1e9 })).rejects.toThrow(
    'run-1 has not reached step 1,000,000,000',
  );
  session.dispose();
});

test('for a run that started from another one, only steps after the first kept one can be computed', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, 'run-1', 20);
  await session.settled();
  await session.startFrom({ ...config, epochs: 2 }, { run: 'run-1', name: 'step-00000020' });
  await session.settled();
  expect((await session.timeMachine.stateAt({ run: 'run-2', step: 0 })).weights).toEqual(learned[20]!.weights);
  const tenth = await session.timeMachine.stateAt({ run: 'run-2', step: 10 });
  removeOlderCheckpoints(folder, 'run-2');
  await rm(snapshotsOf(folder, 'run-2'));
  await expect(session.readWith({ run: 'run-2', step: 10 })).rejects.toThrow(
    'Step 10 of run-2 cannot be computed again, because no state of the run is kept at or before it. Choose a later step.',
  );
  const store = await openStore(folder);
  const { state } = (await store.readNewest('run-2')).checkpoint;
  store.snapshots(state).add(tenth);
  await session.readWith({ run: 'run-2', step: 12 });
  expect(session.activeModel.view).toMatchObject({ past: { step: 12 } });
  session.dispose();
});

test('the view says whether a computed step equals the run', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, 'run-1');
  await session.settled();
  const past = () => session.activeModel.view.past;
  await session.readWith({ run: 'run-1', step: 50 });
  await vi.waitFor(() => expect(past()).toEqual({ step: 50, isExact: true }), { timeout: 30_000 });

  // As if the run had been trained on another device: the next snapshot has different numbers.
  const store = await openStore(folder);
  const { state } = (await store.readNewest('run-1')).checkpoint;
  const changed = change(learned[94]!.weights);
  store.snapshots(state).add({ ...learned[94]!, weights: changed });
  await session.readWith({ run: 'run-1', step: 51 });
  await vi.waitFor(() => expect(past()).toEqual({ step: 51, isExact: false }), { timeout: 30_000 });
  session.dispose();
});

function change(weights: Weights): Weights {
  const copy = structuredClone(weights);
  copy['conv1.bias'][0]! += 1e-7;
  return copy;
}
