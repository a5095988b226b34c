/**
 * Kills the training process at random moments and resumes it. The environment variable KILLS sets the number of kills
 * (6 by default):
 *
 *     KILLS=100 npx vitest run violence
 *
 * The moments are drawn from SEED (1 by default) and printed. What happens in the program at that moment depends on the
 * machine, so what each kill interrupted is printed too.
 */
import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { openStore } from '../../../../src-main/checkpoints/store';
import { temporaryFolder } from '../../temporary-folder';
import { start } from '../cli/command-line';
import { Draws } from '../draws';
import { contentOf } from './session-in-folder';
import { writeSmallDataset } from '../small-dataset';

const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.SEED ?? 1);

/** Steps per epoch of the small dataset. */
const STEPS = 10;
/** Steps after which a run keeps a snapshot, wherever it was resumed. */
const SNAPSHOTS = [47, 94];
/** Small, so that much of the time is spent writing and removing checkpoints. */
const INTERVALS = [1, 2, 3];
/**
 * A training process is killed within this many milliseconds. One in eight is killed while it starts, and three in eight
 * while they write a checkpoint, which is too short to be hit by chance.
 */
const TRAINING = 250;
const STARTING = 2500;
/** In that case it is killed within this many checkpoints. */
const WRITES = 20;

const devices = [
  { device: 'cpu', killsWanted: KILLS, epochs: 12 },
  // Slower, so fewer epochs.
  { device: 'wasm', killsWanted: Math.floor(KILLS / 3), epochs: 4 },
];

test.each(devices.filter(({ killsWanted }) => killsWanted > 0))(
  'on $device a run that is repeatedly killed ($killsWanted times) and resumed equals one that was never killed',
  { timeout: KILLS * 60_000 },
  async ({ device, killsWanted, epochs }) => {
    const lastStep = STEPS * epochs;
    const folder = await temporaryFolder();
    const data = join(folder, 'data');
    const checkpoints = join(folder, 'checkpoints');
    await writeSmallDataset(data);
    const train = (name: string, ...options: string[]) =>
      start(
        'train',
        '--checkpoints',
        checkpoints,
        '--data',
        data,
        '--device',
        device,
        '--json',
        '--run',
        name,
        ...options,
      );
    const begin = (name: string, interval: number) =>
      train(name, ...['--epochs', String(epochs), '--log-interval', '1', '--checkpoint-interval', String(interval)]);
    const finish = async ({ result }: ReturnType<typeof start>) => {
      const { status, errors } = await result;
      expect(status, errors).toBe(0);
    };

    const draws = new Draws(SEED);
    const tally: Record<string, number> = {};
    let kills = 0;
    for (let i = 0; kills < killsWanted; i++) {
      const interval = INTERVALS[i % INTERVALS.length]!;
      const [whole, name] = [`whole-${interval}`, `killed-${i}`];
      if (i < INTERVALS.length) await finish(begin(whole, interval));

      let process = begin(name, interval);
      let begun = false;
      while (kills < killsWanted) {
        const chance = draws.below(8);
        const when = chance === 0 ? 'start' : chance <= 3 ? 'write' : 'report';
        const delay = draws.below({ start: STARTING, write: WRITES, report: TRAINING }[when]);
        const reported = await killAfter(process, when, delay, join(checkpoints, name));
        if (reported === 'ended') break;
        kills++;
        const { newest, interrupted } = await leftIn(join(checkpoints, name));
        const moment = `kill ${kills}: ${name}, ${delay} ${when === 'write' ? 'writes' : `ms after its ${when}`}`;
        console.log(`${moment}, step ${reported} reported, ${newest ?? 'none'} saved, in ${interrupted}`);
        tally[interrupted] = (tally[interrupted] ?? 0) + 1;

        if (newest !== null) {
          expect(newest, moment).toBeGreaterThanOrEqual(reported - interval);
          begun = true;
          process = train(name, '--resume');
        } else {
          // Killed before its first checkpoint: there is nothing to resume, so the run starts again.
          expect([begun, reported], moment).toEqual([false, 0]);
          const { status, errors } = await train(name, '--resume').result;
          expect(status, moment).toBe(1);
          expect(errors).toMatch(/does not exist|contains no checkpoint to resume from/);
          process = begin(name, interval);
        }
      }
      await finish(process);
      expect(await contentOf(checkpoints, name, lastStep)).toEqual(await contentOf(checkpoints, whole, lastStep));
      for (const step of SNAPSHOTS.filter((at) => at <= lastStep)) {
        expect(await snapshotOf(checkpoints, name, step)).toEqual(await snapshotOf(checkpoints, whole, step));
      }
    }
    console.log(tally);
  },
);

/**
 * Kills a process this many milliseconds after its start or its first report, or at the start of a checkpoint after this
 * many checkpoints.
 * @param folder the run's folder
 * @returns the last step that it reported, 0 if none; 'ended' if it ended by itself before
 */
async function killAfter(
  { child, result }: ReturnType<typeof start>,
  when: 'start' | 'report' | 'write',
  delay: number,
  folder: string,
): Promise<number | 'ended'> {
  const kill = () => child.kill('SIGKILL');
  if (when === 'start') setTimeout(kill, delay);
  else
    child.stdout!.once('data', () => {
      if (when === 'report') setTimeout(kill, delay);
      else killInWrite(folder, delay, kill);
    });
  const { status, lines, errors } = await result;
  if (status !== null) {
    expect(status, errors).toBe(0);
    return 'ended';
  }
  const steps = lines.flatMap((line) => /^{"kind":"train".*"step":(\d+).*}$/.exec(line)?.[1] ?? []);
  return Number(steps.at(-1) ?? 0);
}

/** @param writes the number of checkpoints that are still written */
function killInWrite(folder: string, writes: number, kill: () => void): void {
  let left = writes;
  const watcher = watch(folder, (_, name) => {
    // Each temporary name is reported twice: when it appears and when it disappears.
    if (!name?.startsWith('.tmp-step-') || left-- > 0) return;
    kill();
    watcher.close();
  });
  onTestFinished(() => watcher.close());
}

/** Every folder with a checkpoint's name must be intact; other leftovers show what was interrupted. */
async function leftIn(folder: string): Promise<{ newest: number | null; interrupted: string }> {
  const names = await readdir(folder).catch(() => []);
  const inPlace = names.filter((name) => name.startsWith('step-'));
  const steps = await Promise.all(inPlace.map(async (name) => (await readCheckpoint(join(folder, name))).state.step));
  const leftovers = names.filter((name) => name.startsWith('.tmp-step-'));
  const whole = await Promise.all(
    leftovers.map((name) =>
      readCheckpoint(join(folder, name)).then(
        ({ state }) => [state.step],
        () => [],
      ),
    ),
  );
  const newest = [...steps, ...whole.flat()].sort((a, b) => b - a)[0] ?? null;
  // The first checkpoint is written before the first step, and from then on there is always one.
  if (newest !== null && newest > 0) expect(steps.length).toBeGreaterThan(0);
  if (leftovers.length === 0) return { newest, interrupted: names.length === 0 ? 'starting' : 'a step' };
  const removed = whole.flat().some((step) => step < Math.max(...steps));
  return { newest, interrupted: removed ? 'a removal' : whole.flat().length > 0 ? 'a renaming' : 'a write' };
}

async function snapshotOf(checkpoints: string, run: string, step: number) {
  const store = await openStore(checkpoints);
  const { checkpoint } = await store.readNewest(run);
  const snapshot = store.snapshots(checkpoint.state).upTo(step);
  expect(snapshot?.step).toBe(step);
  return snapshot;
}
