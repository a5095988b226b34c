/** `state.json`: what a checkpoint says of itself. */
import { z } from 'zod';
import { History, RunConfig, RunName } from '@contract/schemas';
import { UserError } from '../errors';

export const MODEL_FILE = 'model.safetensors';
export const OPTIMIZER_FILE = 'optimizer.safetensors';
export const STATE_FILE = 'state.json';

const FORMAT = 'digit-studio-checkpoint';
const VERSION = 1;

const count = z.number().int().nonnegative();
const FileRecord = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const DatasetRecord = z.strictObject({
  name: z.string(),
  /** See `MnistDataset.sha256`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  trainCount: count.positive(),
  testCount: count.positive(),
});
export type DatasetRecord = z.infer<typeof DatasetRecord>;

/** The weights file that a run began from. */
const Origin = z.strictObject({
  /** Its name, without its folder. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Origin = z.infer<typeof Origin>;

const StateFile = z
  .strictObject({
    format: z.literal(FORMAT),
    version: z.literal(VERSION),
    run: RunName,
    step: count,
    epoch: count,
    examplesSeen: count,
    config: RunConfig,
    /** Absent where the run began from weights drawn by its seed. */
    origin: Origin.optional(),
    history: History,
    dataset: DatasetRecord,
    /** Time spent in training steps since the run began, tests left out. */
    secondsTraining: z.number().nonnegative(),
    application: z.string(),
    device: z.string(),
    /** ISO 8601 */
    savedAt: z.iso.datetime(),
    files: z.strictObject({ [MODEL_FILE]: FileRecord, [OPTIMIZER_FILE]: FileRecord }),
  })
  .refine(({ history }) => history.trainLosses.length === history.trainCounter.length, 'train history is torn')
  .refine(
    ({ history }) =>
      history.testLosses.length === history.testCounter.length &&
      history.testLosses.length === history.testCorrect.length,
    'test history is torn',
  )
  .refine((state) => state.epoch === Math.ceil(state.step / stepsPerEpoch(state)), 'epoch and step disagree');
export type StateFile = z.infer<typeof StateFile>;

/** What a writer gives; the rest is the same in every state file. */
export type StateContent = Omit<StateFile, 'format' | 'version'>;

export function stepsPerEpoch({ config, dataset }: { config: RunConfig; dataset: DatasetRecord }): number {
  return Math.ceil(dataset.trainCount / config.batchSize);
}

export function encodeState(content: StateContent): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...content });
}

/**
 * @param file its path, for messages
 * @throws UserError `checkpoint-damaged`, or `checkpoint-newer` when a later version wrote it
 */
export function decodeState(text: string, file: string): StateFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError('checkpoint-damaged', `${file} is damaged: it is not JSON.`);
  }
  const version = z.object({ format: z.literal(FORMAT), version: z.number().gt(VERSION) }).safeParse(json);
  if (version.success) {
    throw new UserError(
      'checkpoint-newer',
      `${file} was written by a later version of Digit Studio (format ${version.data.version}, this one reads ${VERSION}). Update Digit Studio to open it.`,
    );
  }
  const state = StateFile.safeParse(json);
  if (!state.success) {
    const [issue] = state.error.issues;
    const place = issue?.path.join('.');
    throw new UserError('checkpoint-damaged', `${file} is damaged: ${place ? `${place}: ` : ''}${issue?.message}.`);
  }
  return state.data;
}
