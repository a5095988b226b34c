import { basename, join } from 'node:path';
import type { Events, RunView } from '@contract/contract';
import { parseNumber } from '@contract/numbers';
import { type ImageRemedy, RunConfig, RunName, defaultConfig } from '@contract/schemas';
import { UserError } from '../base/errors';
import { type CheckpointStore, openStore } from '../checkpoints/store';
import { createFolder } from '../checkpoints/usable-folder';
import { loadDataset } from '../data/load';
import { readWeightsFile } from '../exchange/weights-file';
import type { Emit } from '../session/session-events';
import { Session } from '../session/session';
import { remedyFrom, warnOfOtherData } from './data';
import {
  UsageError,
  deviceOf,
  deviceUsage,
  flag,
  fromCaller,
  parseOptions,
  required,
  stepCount,
  text,
  valid,
} from './options';
import { loadDevice, print } from './output';
import { warn } from './standard-error';

export const usage = `npm run -s train -- --checkpoints DIR [--run NAME] [--resume] [--epochs 3] [--batch-size 64]
      [--test-batch-size 1000] [--learning-rate 0.01] [--momentum 0.5] [--log-interval 10]
      [--checkpoint-interval STEPS] [--seed 1] [--augmentation] [--data DIR]
      [--images as-they-are|inverted|transposed|labels-DIGITS] [--weights FILE]
      [--device auto|cpu|gpu|wasm|javascript] [--stop-after-steps N] [--json]

Trains a network. Prints the article's log lines during training and a line of JSON at the end. Ctrl+C pauses.

  --checkpoints DIR       the folder for runs; created if it does not exist
  --run NAME              the run's name (default: run-1, run-2, ...)
  --resume                continues the newest run, or the one that --run names; a higher --epochs adds epochs
  --checkpoint-interval STEPS
                          the steps between checkpoints (default: the log interval)
  --data DIR              the dataset, a folder or an archive (default: MNIST)
  --images HOW            changes the images before they are used: inverted (dark becomes light) or transposed; or reads
                          the labels as other digits: labels-1234567890 reads 0 as 1, 1 as 2, and 9 as 0
  --augmentation          varies each image a little, differently in each epoch
  --weights FILE          starts from these weights
  ${deviceUsage}
  --stop-after-steps N    pauses after N steps
  --json                  prints each report as a line of JSON`;

/** The options for numeric hyperparameters, and their names in the configuration. */
const hyperparameters = {
  epochs: 'epochs',
  'batch-size': 'batchSize',
  'test-batch-size': 'testBatchSize',
  'learning-rate': 'learningRate',
  momentum: 'momentum',
  'log-interval': 'logInterval',
  'checkpoint-interval': 'checkpointInterval',
  seed: 'seed',
} as const satisfies Record<string, keyof RunConfig>;
type Hyperparameter = keyof typeof hyperparameters;

/** Starts or resumes a run and trains it until it is finished, paused or at the given step. */
export async function run(args: string[]): Promise<void> {
  const request = requestOf(args);
  const folder = fromCaller(request.checkpoints);
  await createFolder(folder);
  const store = await openStore(folder);
  // Checked before anything that takes time.
  const resumed = request.resume ? (request.name ?? (await newestRun(store))) : null;
  const weights = request.weights === undefined ? null : await readWeightsFile(fromCaller(request.weights));
  const data = await loadDataset(
    request.data === undefined ? null : fromCaller(request.data),
    resumed !== null && request.images === undefined ? await remedyOfRun(store, resumed) : request.remedy,
  );
  data.notices.forEach(warn);
  const device = await loadDevice(request.device);
  if (request.data !== undefined && request.images === undefined && resumed === null) await warnOfOtherData(data.train);
  const session = new Session(device, data, null, printing(request.json));
  const wasInterrupted = pauseOnInterrupt(session);
  process.once('exit', () => session.dispose());

  // Not `useFolder`, which opens the newest run: another one may be wanted.
  await session.useStore(store);
  if (resumed !== null) await resume(session, resumed, device.description, request);
  else {
    if (weights) await session.openWeights(weights);
    await session.start(request.config, request.name, request.stopAfterSteps);
  }
  // An interrupt before training started found nothing to pause.
  if (wasInterrupted()) await session.pause();
  const view = await session.settled();
  if (view.problem && view.problem.code !== 'checkpoint-damaged') {
    throw new UserError(view.problem.code, view.problem.message);
  }
  print(JSON.stringify({ ...(await summaryOf(view, session, folder)), device: device.description }));
}

type Request = ReturnType<typeof requestOf>;

function requestOf(args: string[]) {
  const numbers = Object.fromEntries(Object.keys(hyperparameters).map((name) => [name, text]));
  const options = parseOptions(args, {
    ...(numbers as Record<Hyperparameter, typeof text>),
    augmentation: flag,
    checkpoints: text,
    run: text,
    resume: flag,
    data: text,
    images: text,
    weights: text,
    device: text,
    'stop-after-steps': text,
    json: flag,
  });
  const checkpoints = required(options.checkpoints, '--checkpoints DIR');
  const name = options.run === undefined ? undefined : valid(RunName.safeParse(options.run));
  const steps = options['stop-after-steps'];
  const stopAfterSteps = steps === undefined ? undefined : stepCount(steps, '--stop-after-steps', 1);
  const given: Partial<RunConfig> = Object.fromEntries(
    Object.entries(hyperparameters).flatMap(([option, field]) => {
      const value = options[option as Hyperparameter];
      return value === undefined ? [] : [[field, parseNumber(value)]];
    }),
  );
  if (options.augmentation) given.augmentation = true;
  const changed = Object.keys(given).filter((field) => field !== 'epochs');
  if (options.resume && changed.length > 0) {
    throw new UsageError(`A resumed run keeps its settings; only --epochs can be given with --resume.`);
  }
  if (options.resume && options.weights !== undefined) {
    throw new UsageError(
      'A resumed run keeps its weights; --weights starts a new run and cannot be given with --resume.',
    );
  }
  const logInterval = given.logInterval ?? defaultConfig.logInterval;
  const config = valid(RunConfig.safeParse({ ...defaultConfig, checkpointInterval: logInterval, ...given }));
  const { resume = false, json = false, data, images, weights } = options;
  const remedy = remedyFrom(images);
  return {
    checkpoints,
    name,
    resume,
    json,
    data,
    images,
    remedy,
    weights,
    device: deviceOf(options.device),
    stopAfterSteps,
    config,
    epochs: given.epochs,
  };
}

async function resume(
  session: Session,
  name: string,
  device: string,
  { epochs, stopAfterSteps }: Request,
): Promise<void> {
  await session.openRun(name);
  const { device: before } = session.events.view;
  if (before !== null && !before.endsWith(device)) {
    warn(`${name} was trained on ${before}. It continues on ${device}, but not bit for bit as it would have there.`);
  }
  const planned = session.events.view.config!.epochs;
  const more = (epochs ?? planned) - planned;
  if (more < 0)
    throw new UsageError(
      `${name} already has ${planned.toLocaleString('en')} epochs planned; --epochs cannot be lower.`,
    );
  if (more > 0) await session.addEpochs(more, stopAfterSteps);
  else if (session.events.view.state === 'paused') await session.resume(stopAfterSteps);
  else if (session.events.view.state === 'finished') {
    warn(`${name} is finished. To train it further, use --epochs with a number above ${planned.toLocaleString('en')}.`);
  }
}

async function newestRun(store: CheckpointStore): Promise<string> {
  const [newest] = await store.runs();
  if (!newest) {
    throw new UserError('no-run', `${basename(store.folder)} contains no run to resume. Omit --resume to start one.`);
  }
  return newest.run;
}

/** How a run's images are changed, according to its newest checkpoint. */
async function remedyOfRun(store: CheckpointStore, run: string): Promise<ImageRemedy | null> {
  const summary = (await store.runs()).find((candidate) => candidate.run === run);
  const newest = summary?.checkpoints[0];
  // A damaged run is reported when it is opened.
  const checkpoint = newest && (await store.read(run, newest.name).catch(() => null));
  return checkpoint?.state.dataset.remedy ?? null;
}

async function summaryOf(view: RunView, session: Session, folder: string) {
  const { run, progress, history, testTotal } = view;
  const summary = (await session.events.runs()).find((candidate) => candidate.run === run);
  const newest = summary?.checkpoints[0];
  const correct = history.testCorrect.at(-1);
  return {
    run,
    checkpoint: newest && run !== null ? join(folder, run, newest.name) : null,
    step: progress?.step,
    epoch: newest?.epoch,
    examplesSeen: progress?.examplesSeen,
    testLoss: history.testLosses.at(-1) ?? null,
    testAccuracy: correct === undefined ? null : correct / testTotal,
    correct: correct ?? null,
    total: testTotal,
    secondsTraining: Math.round(session.secondsTraining * 1000) / 1000,
  };
}

/** Prints the reports as the article's lines, or as one JSON object each. */
function printing(json: boolean): Emit {
  return (name, payload) => {
    if (name !== 'reports') return;
    const { train, test, lines } = payload as Events['reports'];
    if (!json) for (const line of lines) print(line);
    else {
      for (const report of train) print(JSON.stringify({ kind: 'train', ...report }));
      for (const report of test) print(JSON.stringify({ kind: 'test', ...report }));
    }
  };
}

/** Pauses on the first interrupt and exits on the second. @returns a function that tells whether there was one */
function pauseOnInterrupt(session: Session): () => boolean {
  let wasInterrupted = false;
  process.once('SIGINT', () => {
    wasInterrupted = true;
    process.once('SIGINT', () => process.exit(130));
    void session.pause();
  });
  return () => wasInterrupted;
}
