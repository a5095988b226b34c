/** Checks that a run that was stopped and resumed equals, bit for bit, one that never stopped. */
import { expect } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { contentOf, sessionIn } from './session-in-folder';

/** 20 steps. */
export const twoEpochs = { ...defaultConfig, epochs: 2, checkpointInterval: 3 };

/** @param steps after which the run is stopped */
export async function expectSameInParts(steps: number, augmentation = false): Promise<void> {
  const folder = await temporaryFolder();
  const whole = await sessionIn(folder);
  await whole.session.start({ ...twoEpochs, augmentation }, 'whole');
  await whole.session.settled();
  whole.session.dispose();

  const first = await sessionIn(folder);
  await first.session.start({ ...twoEpochs, augmentation }, 'parts', steps);
  expect(await first.session.settled()).toMatchObject({ state: 'paused', progress: { step: steps } });
  first.session.dispose();
  // As after a restart: only the files are left. The newest run is opened again.
  const second = await sessionIn(folder);
  expect(second.session.events.view).toMatchObject({ run: 'parts', state: 'paused', progress: { step: steps } });
  await second.session.resume();
  expect(await second.session.settled()).toMatchObject({ state: 'finished' });
  second.session.dispose();

  expect(await contentOf(folder, 'parts', 20)).toEqual(await contentOf(folder, 'whole', 20));
}
