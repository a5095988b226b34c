/** Every command in every state, two at a time, and with a slow checkpoint folder. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RunStatus, isTraining, isUnsaved, refusalOf, removalRefusal } from '../../../../src-preload/commands';
import { defaultConfig } from '../../../../src-preload/schemas';
import { UserError } from '../../../../src-main/base/errors';
import { CheckpointStore } from '../../../../src-main/checkpoints/store';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import type { Session } from '../../../../src-main/session/session';
import { smallDataset } from '../small-dataset';
import { MEMORY, temporaryFolder } from '../../temporary-folder';
import { type Told, newSession, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

/** Two steps per epoch. */
const config = { ...defaultConfig, epochs: 2, batchSize: 16, logInterval: 1 };
/** Its epochs are longer, since tests and checkpoints take longer than steps. */
const endless = { ...config, epochs: 10_000, batchSize: 4, checkpointInterval: 1000 };
let data: MnistDataset;
beforeAll(async () => {
  data = await smallDataset(32, 20);
});

/** A folder whose listing takes as long as the test decides. */
class SlowStore extends CheckpointStore {
  constructor(
    folder: string,
    private readonly delay: () => Promise<unknown>,
  ) {
    super(folder);
  }

  override async runs(): ReturnType<CheckpointStore['runs']> {
    await this.delay();
    return super.runs();
  }
}

test('epochs added while the finished run is still being listed are completely trained by one loop', async () => {
  let answer: () => void = () => undefined;
  let delay: Promise<void> = Promise.resolve();
  const store = new SlowStore(await temporaryFolder(), () => delay);
  const { session, told } = await sessionIn(store, data);
  await session.start({ ...config, epochs: 1 });
  delay = new Promise((resolve) => (answer = resolve));
  await untilStep(session, 2);
  while (session.events.view.state !== 'finished') await turn();
  // The run is finished, and the folder has not been listed yet.
  await session.addEpochs(50);
  told.length = 0;
  answer();
  while (!told.some(({ name }) => name === 'runs')) await turn();
  expect(session.events.view.state).toBe('running');
  await expect(session.resume()).rejects.toThrow('run-1 is already being trained.');
  await expect(session.start(config)).rejects.toThrow('run-1 is being trained. Pause it to start another run.');
  expect(await session.settled()).toMatchObject({ state: 'finished', progress: { step: 102 } });
  session.dispose();
});

/** Before a second run is reported as trained, the first must be reported as at rest. */
function expectOneLoop(told: Told[]): void {
  let trained: string | null = null;
  for (const { name, payload } of told) {
    if (name !== 'trained' || payload === null) continue;
    if (trained !== null) expect(payload.run, 'a second loop').toBe(trained);
    trained = isTraining(payload.state) ? payload.run : null;
  }
}

function statusOf({ events }: Session): RunStatus {
  return { ...events.view, trained: events.trained };
}

/** All states that the table of commands may have seen. */
function statusesIn(before: RunStatus, told: Told[]): RunStatus[] {
  const statuses = [before];
  for (const { name, payload } of told) {
    if (name === 'run') statuses.push({ ...statuses.at(-1)!, ...payload });
    if (name === 'trained') statuses.push({ ...statuses.at(-1)!, trained: payload });
  }
  return statuses;
}

const commands: Record<string, (session: Session, other: CheckpointStore) => Promise<unknown>> = {
  start: (session) => session.start({ ...config, epochs: 1 }),
  pause: (session) => session.pause(),
  resume: (session) => session.resume(),
  discard: (session) => session.discard(),
  addEpochs: (session) => session.addEpochs(1),
  openRun: (session) => session.openRun('other'),
  openCheckpoint: (session) => session.openCheckpoint('other', 'step-00000002'),
  removeRun: (session) => session.releaseRun(session.events.view.run ?? 'other'),
  openWeights: (session) => {
    const origin = { file: 'other.safetensors', sha256: '0'.repeat(64) };
    return session.openWeights({ weights: initialWeights(2), momentum: null, note: null, origin });
  },
  chooseFolder: (session, other) => session.useFolder(other),
  changeData: (session) => session.end(),
  close: (session) => session.close(),
};

/** Ways to reach the states. @param folder contains the finished run `other` and the paused run `mine` */
const states: Record<string, (session: Session, folder: string) => Promise<unknown>> = {
  idle: () => Promise.resolve(),
  running: (session) => session.start(endless),
  pausing: async (session) => {
    await session.start(endless);
    void session.pause();
  },
  'running unseen': async (session) => {
    await session.start(endless);
    await session.openRun('other');
  },
  paused: (session) => session.openRun('mine'),
  finished: (session) => session.openRun('other'),
  failed: (session) => session.openInterrupted('mine', 'The engine stopped.'),
  unsaved: async (session, folder) => {
    await session.openRun('mine');
    await rm(join(folder, 'mine'), { recursive: true });
    // A file in place of the run's folder, so that nothing can be written there.
    await writeFile(join(folder, 'mine'), '');
    await session.resume();
    await session.settled();
  },
};

describe.each(Object.keys(states))('in the state %s', (state) => {
  test('two commands at once never start two loops, and every refusal has a true reason', async () => {
    const template = await temporaryFolder(MEMORY);
    const made = await sessionIn(template, data);
    await made.session.start(config, 'other');
    await made.session.settled();
    await made.session.start(config, 'mine', 1);
    await made.session.settled();
    made.session.dispose();
    const folder = join(await temporaryFolder(MEMORY), 'copy');

    const names = Object.keys(commands);
    for (const [i, first] of names.entries()) {
      for (const second of names.slice(i)) {
        const pair = `${first} and ${second}`;
        await rm(folder, { recursive: true, force: true });
        await cp(template, folder, { recursive: true });
        await mkdir(join(folder, 'elsewhere'));
        // Takes longer than a step.
        const slow = async () => {
          for (let i = 0; i < 2; i++) await turn();
        };
        const { session, told } = newSession(data);
        let delay = (): Promise<unknown> => Promise.resolve();
        await session.useStore(new SlowStore(folder, () => delay()));
        const other = new SlowStore(join(folder, 'elsewhere'), () => delay());
        await states[state]!(session, folder);

        delay = slow;
        const before = statusOf(session);
        told.length = 0;
        const carriedOut = [first, second].map((command) => commands[command]!(session, other));
        const results = await Promise.allSettled(carriedOut);
        await session.pause();
        const { state: end, run, progress } = await session.settled();
        expect(end, pair).toMatch(/^(idle|paused|finished|failed)$/);
        const statuses = statusesIn(before, told);
        results.forEach((result, i) => {
          if (result.status === 'rejected') expectTrue(result.reason, [first, second][i]!, statuses, pair);
        });
        expectOneLoop(told);

        // Nothing is trained any more.
        const count = told.filter(({ name }) => name === 'reports').length;
        await slow();
        expect(told.filter(({ name }) => name === 'reports').length, pair).toBe(count);
        expect(session.events.view, pair).toMatchObject({ state: end, run, progress });
        session.dispose();
      }
    }
  });
});

/** The reason must be the table's for a state that the session was in, or that the open run cannot be saved. */
function expectTrue(error: unknown, command: string, statuses: RunStatus[], pair: string): void {
  expect(error, pair).toBeInstanceOf(UserError);
  const { code, message } = error as UserError;
  if (code === 'checkpoint-not-written') {
    expect(message, pair).toMatch(/^mine was not closed because it is not saved\./);
    expect(statuses.some(({ problem }) => problem?.code === code)).toBe(true);
    return;
  }
  // `other` is not in the other folder, and there is a file in place of `mine`.
  if (code === 'run-missing' || (code === 'folder-unusable' && message.includes('/mine '))) return;
  const possible = statuses.map((status) =>
    command === 'removeRun'
      ? removalRefusal(status.trained?.run ?? '', status)
      : refusalOf(command as Parameters<typeof refusalOf>[0], status),
  );
  if (command === 'removeRun' && statuses.some(isUnsaved))
    possible.push('mine is not saved. Resume it or discard it first.');
  expect(possible, pair).toContain(message);
}
