/** Runs whose loss stops being a number or does not fall. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import type { CheckpointState } from '../../../../src-main/checkpoints/state-file';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import type { Weights } from '../../../../src-main/network/parameters';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { type Told, logShown, prepareSessions, sessionIn } from './session-in-folder';

prepareSessions();

const config = { ...defaultConfig, epochs: 2, logInterval: 1, checkpointInterval: 3 };

function hugeWeights(): Weights {
  const weights = initialWeights(1);
  for (const values of Object.values(weights)) values.fill(1e15);
  return weights;
}

/** Checks the JSON, in which NaN and infinity become null. */
function expectNumbersOnly(told: Told[]): void {
  for (const { name, payload } of told) {
    if (name === 'run') expect(JSON.stringify(payload.history)).not.toContain('null');
    if (name === 'reports') expect(JSON.stringify([payload.train, payload.test])).not.toContain('null');
  }
  expect(logShown(told).join()).not.toMatch(/NaN|Infinity/);
}

test('a run from weights of 1e15 fails at its first test, and no loss that is not a number is sent', async () => {
  const { session, told } = await sessionIn(await temporaryFolder());
  await session.openWeights({
    weights: hugeWeights(),
    momentum: null,
    note: null,
    origin: { file: 'huge.safetensors', sha256: '0'.repeat(64) },
  });
  await session.start(config);
  const view = await session.settled();
  expect(view).toMatchObject({ state: 'failed', problem: { code: 'diverged' }, progress: { step: 0 } });
  expect(view.problem!.message).toMatch(
    /^At step 0 the loss was no longer a number\. Start a new run with a learning rate below /,
  );
  expectNumbersOnly(told);
  // Such a network does not read the pad.
  expect(session.activeModel.model.source).not.toBe('run');
  session.dispose();
});

test('a training loss that is not a number is not added to the history, and Resume returns to the newest good checkpoint', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start(config, undefined, 12);
  const good = await session.settled();
  const path = join(folder, 'run-1', 'step-00000012');
  const saved = await readCheckpoint(path);
  await writeCheckpoint(path, saved.state as CheckpointState, hugeWeights(), saved.momentumBuffers);
  await session.openRun('run-1');
  await session.resume();
  const failed = await session.settled();
  expect(failed).toMatchObject({ state: 'failed', problem: { code: 'diverged' }, progress: { step: 12 } });
  expect(failed.problem!.message).toBe(
    'At step 12 the loss was no longer a number. Start a new run with a learning rate below 0.01. Resume returns to the newest good checkpoint.',
  );
  // The chart and the log are unchanged.
  expect([failed.history, failed.log]).toEqual([good.history, good.log]);
  expectNumbersOnly(told);
  expect((await session.events.runs())[0]!.checkpoints[0]!.step).toBe(12);

  await writeCheckpoint(path, saved.state as CheckpointState, saved.weights, saved.momentumBuffers);
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null, progress: { step: 20 } });
  session.dispose();
});

test('a run with learning rate 10 reports while it trains that it is not learning; one with the usual rate does not', async () => {
  const { session, told } = await sessionIn(await temporaryFolder());
  const long = { ...config, epochs: 32, logInterval: 10, checkpointInterval: 1000 };
  await session.start({ ...long, learningRate: 10 });
  const stuck = await session.settled();
  expect(stuck.state).toBe('finished');
  const hints = told.flatMap(({ name, payload }) => (name === 'reports' ? [payload.progress.hint] : []));
  expect(hints[0]).toBeNull();
  expect(hints.at(-1)).toMatch(
    /^The network is not learning: its loss is \d+\.\d\d, no better than guessing \(2\.29\)\. Start a new run with a lower learning rate than 10\.$/,
  );
  await session.start(long);
  expect(await session.settled()).toMatchObject({ state: 'finished', progress: { hint: null } });
  session.dispose();
});
