import { expect, test } from 'vitest';
import { defaultConfig, nothingOff } from '../../../../src-preload/schemas';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { temporaryFolder } from '../../temporary-folder';
import { newSession, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

test('the ranking is of the network that reads, with all its parts, also at a step of the past and while it trains', async () => {
  const { session, told } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 1000 }, 'run-1', 15);
  await session.settled();
  session.switchOff({ ...nothingOff, firstLayer: [0], units: [7] });
  const ranking = (await session.partsRanker.rank())!;
  expect(ranking).toMatchObject({ model: { source: 'run', name: 'run-1', step: 15 }, total: 200 });
  expect(ranking.parts).toHaveLength(80);
  expect(told.some(({ name }) => name === 'rankingProgress')).toBe(true);
  // The same without what is switched off.
  session.switchOff(nothingOff);
  expect(await session.partsRanker.rank()).toEqual(ranking);

  await session.resume();
  await untilStep(session, 20);
  const meanwhile = session.partsRanker.rank();
  // Training goes on; the ranking is of the step at which it began.
  await untilStep(session, 40);
  await session.pause();
  const { step } = (await meanwhile)!.model;
  expect(step).toBeGreaterThanOrEqual(20);
  expect(step).toBeLessThan(40);
  await session.readWith({ run: 'run-1', step: 15 });
  expect(await session.partsRanker.rank()).toEqual(ranking);
  session.dispose();
});

test('a ranking ends when it is stopped, or when another one begins', async () => {
  const { session } = newSession();
  await session.openWeights(weightsOf(initialWeights(1)));
  const stopped = session.partsRanker.rank();
  session.partsRanker.stop();
  expect(await stopped).toBeNull();
  const first = session.partsRanker.rank();
  const second = session.partsRanker.rank();
  expect(await first).toBeNull();
  expect((await second)!.model.name).toBe('some.safetensors');
  session.dispose();
});

test('without a network, or with one that is not finite, it says why there is no ranking', async () => {
  const { session } = newSession();
  await expect(session.partsRanker.rank()).rejects.toMatchObject({ code: 'not-now' });
  const weights = initialWeights(1);
  weights['fc1.bias'][0] = NaN;
  await session.openWeights(weightsOf(weights));
  await expect(session.partsRanker.rank()).rejects.toMatchObject({ code: 'not-numbers' });
  session.dispose();
});

const weightsOf = (weights: ReturnType<typeof initialWeights>) => ({
  weights,
  momentum: null,
  note: null,
  origin: { file: 'some.safetensors', sha256: '0'.repeat(64) },
});
