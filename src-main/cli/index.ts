/** The engine without a window: `train`, `evaluate`, `recognize` and `export`. */
import { mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Events, RunView } from '@contract/contract';
import { RunConfig, RunName, defaultConfig } from '@contract/schemas';
import { makeBundledModel } from './bundled-model/make';
import { openStore } from '../checkpoints/store';
import { loadDataset } from '../data/mnist';
import { loadTensorFlow } from '../engine/tensorflow';
import { UserError, reasonOf } from '../base/errors';
import { readWeights, readWeightsFile } from '../exchange/weights-file';
import { BUNDLED_MODEL } from '../recognition/bundled-model';
import { readCalibration } from '../recognition/calibration';
import { readPicture } from '../recognition/picture-file';
import { recognizePicture } from '../recognition/recognize';
import { evaluateAll } from '../training/evaluate';
import { createNetwork } from '../network/create-network';
import type { Emit } from '../session/reporter';
import { Session } from '../session/session';

const USAGE = `Usage:
  npm run -s train -- --checkpoints DIR [--run NAME] [--resume] [--epochs 3] [--batch-size 64]
      [--test-batch-size 1000] [--learning-rate 0.01] [--momentum 0.5] [--log-interval 10]
      [--checkpoint-interval STEPS] [--seed 1] [--augmentation] [--data DIR]
      [--weights FILE.safetensors] [--stop-after-steps N] [--json]
  npm run -s evaluate -- --checkpoint DIR|FILE.safetensors [--data DIR]
  npm run -s recognize -- [--checkpoint DIR|FILE.safetensors] IMAGE.png|IMAGE.jpg ...
  npm run -s export -- --checkpoint DIR|FILE.safetensors --to FILE.onnx|FILE.safetensors|FILE.json|FOLDER
  npm run -s bundled-model [-- --to DIR]`;

/** The command was not used as it must be: exit status 2. */
class UsageError extends Error {}

const number = { type: 'string' } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** The options that are hyperparameters with a number, and which. */
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

async function main([command, ...args]: string[]): Promise<void> {
  if (command === 'train') await train(args);
  else if (command === 'evaluate') await evaluateCheckpoint(args);
  else if (command === 'recognize') await recognizeImages(args);
  else if (command === 'export') await exportCheckpoint(args);
  else if (command === 'bundled-model') await bundledModel(args);
  else throw new UsageError(`There is no command "${command ?? ''}".`);
}

async function train(args: string[]): Promise<void> {
  const numbers = Object.fromEntries(Object.keys(hyperparameters).map((name) => [name, number]));
  const options = parse(args, {
    ...(numbers as Record<Hyperparameter, typeof number>),
    augmentation: flag,
    checkpoints: text,
    run: text,
    resume: flag,
    data: text,
    weights: text,
    'stop-after-steps': number,
    json: flag,
  });
  if (options.checkpoints === undefined) throw new UsageError('--checkpoints DIR is missing.');
  const name = options.run === undefined ? undefined : check(RunName.safeParse(options.run));
  const stopAfterSteps =
    options['stop-after-steps'] === undefined ? undefined : wholeNumber(options['stop-after-steps']);
  const given: Partial<RunConfig> = Object.fromEntries(
    Object.entries(hyperparameters).flatMap(([option, field]) => {
      const value = options[option as Hyperparameter];
      return value === undefined ? [] : [[field, Number(value)]];
    }),
  );
  if (options.augmentation) given.augmentation = true;
  const changed = Object.keys(given).filter((field) => field !== 'epochs');
  if (options.resume && changed.length > 0) {
    throw new UsageError(`A resumed run keeps its settings; only --epochs can be given with --resume.`);
  }
  if (options.resume && options.weights !== undefined) {
    throw new UsageError(
      'A resumed run has its weights; --weights begins a new run and cannot be given with --resume.',
    );
  }
  const logInterval = given.logInterval ?? defaultConfig.logInterval;
  const config = check(RunConfig.safeParse({ ...defaultConfig, checkpointInterval: logInterval, ...given }));

  const folder = resolve(options.checkpoints);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UserError('folder-unusable', `${folder} cannot be made: ${reasonOf(error)}. Choose another folder.`);
  });
  const store = await openStore(folder);
  // Before anything that takes time.
  const resumed = options.resume ? (name ?? (await newestRun(store))) : null;
  const weights = options.weights === undefined ? null : await readWeightsFile(resolve(options.weights));
  const data = await loadDataset(options.data === undefined ? null : resolve(options.data));
  const device = await loadTensorFlow();
  if (device.problem !== null) process.stderr.write(`${device.problem}\n`);
  const session = new Session(device, data, null, printing(options.json ?? false));
  pauseOnInterrupt(session);
  process.once('exit', () => session.dispose());

  // Not `useFolder`, which opens the newest run: another one may be asked for.
  session.useStore(store);
  if (resumed !== null) {
    await session.openRun(resumed);
    const { epochs } = session.view.config!;
    const more = (given.epochs ?? epochs) - epochs;
    if (more < 0) throw new UsageError(`${resumed} is to have ${epochs} epochs already; it cannot be given fewer.`);
    if (more > 0) await session.addEpochs(more, stopAfterSteps);
    else if (session.view.state === 'paused') await session.resume(stopAfterSteps);
  } else {
    if (weights) await session.openWeights(weights);
    await session.start(config, name, stopAfterSteps);
  }
  const view = await session.settled();
  if (view.problem && view.problem.code !== 'checkpoint-damaged') {
    throw new UserError(view.problem.code, view.problem.message);
  }
  print(JSON.stringify(await summaryOf(view, session, folder)));
}

async function summaryOf(view: RunView, session: Session, folder: string) {
  const { run, progress, history, testTotal } = view;
  const summary = (await session.runs()).find((candidate) => candidate.run === run);
  const newest = summary?.checkpoints[0];
  const correct = history.testCorrect.at(-1);
  return {
    run,
    checkpoint: newest && run !== null ? resolve(folder, run, newest.name) : null,
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

async function evaluateCheckpoint(args: string[]): Promise<void> {
  const options = parse(args, { checkpoint: text, data: text });
  if (options.checkpoint === undefined) throw new UsageError('--checkpoint DIR is missing.');
  const weights = await readWeights(resolve(options.checkpoint));
  const { test } = await loadDataset(options.data === undefined ? null : resolve(options.data));
  const device = await loadTensorFlow();
  if (device.problem !== null) process.stderr.write(`${device.problem}\n`);
  const { loss, correct, total } = evaluateAll(createNetwork(weights), test);
  print(JSON.stringify({ testLoss: loss, testAccuracy: correct / total, correct, total }));
}

async function recognizeImages(args: string[]): Promise<void> {
  const { values, positionals } = parseWords(args, { checkpoint: text });
  if (positionals.length === 0) throw new UsageError('Name an image to recognize.');
  // Before TensorFlow, which takes longer to load than it takes to find a wrong name.
  const pictures = await Promise.all(
    positionals.map(async (file) => [file, await readPicture(resolve(file))] as const),
  );
  const checkpoint = values.checkpoint === undefined ? BUNDLED_MODEL : resolve(values.checkpoint);
  const weights = await readWeights(checkpoint);
  const device = await loadTensorFlow();
  if (device.problem !== null) process.stderr.write(`${device.problem}\n`);
  const reader = { network: createNetwork(weights), calibration: await readCalibration(checkpoint) };
  for (const [file, picture] of pictures) {
    const { digit, probabilities } = recognizePicture(reader, picture);
    print(JSON.stringify({ file, digit, probabilities }));
  }
}

async function exportCheckpoint(args: string[]): Promise<void> {
  const options = parse(args, { checkpoint: text, to: text });
  if (options.checkpoint === undefined) throw new UsageError('--checkpoint DIR is missing.');
  if (options.to === undefined) throw new UsageError('--to FILE is missing.');
  // Not above: a library of it ends the process on an interrupt, which is to pause training.
  const { exportModel, formatOf } = await import('../exchange/export');
  const to = resolve(options.to);
  await formatOf(to);
  const weights = await readWeights(resolve(options.checkpoint));
  await loadTensorFlow();
  print(JSON.stringify({ files: await exportModel(weights, to) }));
}

/** Makes the bundled model anew, in its place unless told otherwise. */
async function bundledModel(args: string[]): Promise<void> {
  const { to } = parse(args, { to: text });
  await makeBundledModel(to === undefined ? BUNDLED_MODEL : resolve(to), print);
}

async function newestRun(store: Awaited<ReturnType<typeof openStore>>): Promise<string> {
  const [newest] = await store.runs();
  if (!newest) {
    throw new UserError(
      'no-run',
      `${basename(store.folder)} holds no run to resume. Leave --resume away to start one.`,
    );
  }
  return newest.run;
}

/** Prints the reports: the article's lines, or a JSON object each. */
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

/** The first interrupt pauses, as the button does; a second one ends at once. */
function pauseOnInterrupt(session: Session): void {
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(130));
    void session.pause();
  });
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  const { values, positionals } = parseWords(args, options);
  if (positionals.length > 0) throw new UsageError(`Unexpected argument "${positionals[0]}".`);
  return values;
}

/** Takes words that are no options as well. */
function parseWords<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) < 1) throw new UsageError(`"${value}" is not a whole number of steps.`);
  return Number(value);
}

function check<T>(
  result: { success: true; data: T } | { success: false; error: { issues: { message: string }[] } },
): T {
  if (result.success) return result.data;
  throw new UsageError(`${result.error.issues[0]?.message}.`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  // TensorFlow's threads do not hold the process, an open worker or timer would: none is wanted.
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${USAGE}\n`);
      process.exit(2);
    }
    const message = error instanceof UserError ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`${message}\n`);
    process.exit(1);
  },
);
