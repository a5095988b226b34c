/**
 * `state.json`: a checkpoint's metadata, as one JSON object on one line. In all versions it begins with `format` and
 * `version`, and ends with `sha256`, the checksum of the object without that member: of the bytes before `,"sha256":`,
 * and the closing brace.
 *
 * Version 1 (Digit Studio 0.1) contains the run's whole history. Since version 2 the history is in a file of its own,
 * see `history-file.ts`, and the state contains its length and checksum.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { History, ImageRemedy, RunConfig, RunName } from '@contract/schemas';
import { UserError } from '../base/errors';

export const MODEL_FILE = 'model.safetensors';
export const OPTIMIZER_FILE = 'optimizer.safetensors';
export const STATE_FILE = 'state.json';

const FORMAT = 'digit-studio-checkpoint';
const VERSION = 2;

const BEGINNING = new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${FORMAT}"\\s*,\\s*"version"\\s*:\\s*(\\d{1,9})\\s*,`);
const SEAL = /^,"sha256":"([0-9a-f]{64})"\}$/;
const SEAL_LENGTH = 77;

const count = z.number().int().nonnegative();
/** A file's length and checksum; for the history file, those of the part that the checkpoint refers to. */
const FileRecord = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type FileRecord = z.infer<typeof FileRecord>;

/** The run's last test. */
const LastTest = z.strictObject({ examplesSeen: count, loss: z.number(), correct: count });
type LastTest = z.infer<typeof LastTest>;

const DatasetRecord = z.strictObject({
  name: z.string(),
  /** See `MnistDataset.sha256`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  trainCount: count.positive(),
  testCount: count.positive(),
  /** Absent if the images were used unchanged. */
  remedy: ImageRemedy.optional(),
  /** Present if a person's drawings were added, which are in `lesson.safetensors`. */
  lesson: z
    .strictObject({
      /** The dataset that they were added to. */
      base: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      /** How many drawings were learned from, and how many are only tested on. */
      drawings: count.positive(),
      heldOut: count,
    })
    .optional(),
});
type DatasetRecord = z.infer<typeof DatasetRecord>;

const OriginFile = z.strictObject({
  /** The file's name, without its folder. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The weights file that a run started from, and the file with its momentum buffers, if any. */
export const Origin = OriginFile.extend({ optimizer: OriginFile.optional() });
export type Origin = z.infer<typeof Origin>;

const Common = z.strictObject({
  format: z.literal(FORMAT),
  run: RunName,
  /** The run's unique id, which distinguishes its checkpoints from those of other runs. */
  runId: z.uuid(),
  step: count,
  epoch: count,
  examplesSeen: count,
  config: RunConfig,
  /** Absent if the initial weights were drawn from the seed. */
  origin: Origin.optional(),
  dataset: DatasetRecord,
  /** Time spent in training steps since the run started, without tests. */
  secondsTraining: z.number().nonnegative(),
  application: z.string(),
  device: z.string(),
  /** ISO 8601 */
  savedAt: z.iso.datetime(),
  files: z.strictObject({ [MODEL_FILE]: FileRecord, [OPTIMIZER_FILE]: FileRecord }),
});
type Common = z.infer<typeof Common>;

const StateV2 = z
  .strictObject({ ...Common.shape, version: z.literal(2), lastTest: LastTest.nullable(), history: FileRecord })
  .refine(({ lastTest, dataset }) => (lastTest?.correct ?? 0) <= dataset.testCount, 'more correct answers than images')
  .refine(epochFits, 'epoch and step do not match');

const StateV1 = z
  .strictObject({ ...Common.shape, version: z.literal(1), history: History })
  .refine(
    ({ history }) => history.trainLosses.length === history.trainCounter.length,
    'the lists of training losses differ in length',
  )
  .refine(
    ({ history }) =>
      history.testLosses.length === history.testCounter.length &&
      history.testLosses.length === history.testCorrect.length,
    'the lists of tests differ in length',
  )
  .refine(
    ({ history, dataset }) => history.testCorrect.every((correct) => correct <= dataset.testCount),
    'more correct answers than images',
  )
  .refine(epochFits, 'epoch and step do not match');

/** The content of a state file of any version. */
export interface StateFile extends Common {
  version: 1 | 2;
  lastTest: LastTest | null;
  /** In version 1 the history itself. */
  history: FileRecord | History;
}

/** The content of a checkpoint besides its weights. */
export interface CheckpointState extends Omit<Common, 'format' | 'files'> {
  lastTest: LastTest | null;
  /** The part of the history file that the checkpoint refers to. */
  history: FileRecord;
}

/** The state of a run that is written to its checkpoint. */
export interface StateContent extends Omit<CheckpointState, 'lastTest' | 'history'> {
  history: History;
}

/** @param record of the history file, up to the end of `content`'s history */
export function stateOf({ history, ...content }: StateContent, record: FileRecord): CheckpointState {
  return { ...content, lastTest: lastTestOf(history), history: record };
}

function lastTestOf({ testCounter, testLosses, testCorrect }: History): LastTest | null {
  const examplesSeen = testCounter.at(-1);
  return examplesSeen === undefined ? null : { examplesSeen, loss: testLosses.at(-1)!, correct: testCorrect.at(-1)! };
}

function epochFits(state: RunSize & { epoch: number; step: number }): boolean {
  return state.epoch === Math.ceil(state.step / stepsPerEpoch(state));
}

/** Determines how many steps an epoch has. */
interface RunSize {
  config: RunConfig;
  dataset: DatasetRecord;
}

export function stepsPerEpoch({ config, dataset }: RunSize): number {
  return Math.ceil(dataset.trainCount / config.batchSize);
}

/**
 * @returns the file's bytes
 * @throws Error if a checkpoint with this state could not be read again
 */
export function encodeState(state: CheckpointState, files: StateFile['files']): Uint8Array {
  // These come first, in this order, by which files of later versions are recognised.
  const head = { format: FORMAT, version: VERSION };
  const content = { ...head, ...state, ...head, files };
  const checked = StateV2.safeParse(content);
  if (!checked.success) throw new Error(wordsOf(checked.error));
  const body = JSON.stringify(content);
  return Buffer.from(`${body.slice(0, -1)},"sha256":"${sha256(body)}"}`);
}

/**
 * @param file the path, for error messages
 * @throws UserError `checkpoint-damaged`, or `checkpoint-newer` if a later version wrote it
 */
export function decodeState(bytes: Buffer, file: string): StateFile {
  const damaged = (what: string) => new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
  const version = Number(BEGINNING.exec(bytes.toString('latin1', 0, 200))?.[1] ?? VERSION);
  if (version > VERSION) {
    throw new UserError(
      'checkpoint-newer',
      `${file} was written by a later version of Digit Studio (format ${version}; this version reads up to ${VERSION}). Update Digit Studio to open it.`,
    );
  }
  // Verified before parsing: changed content is not parsed at all.
  const seal = SEAL.exec(bytes.toString('latin1', Math.max(0, bytes.length - SEAL_LENGTH)));
  if (seal === null) throw damaged('it is incomplete');
  const body = Buffer.concat([bytes.subarray(0, -SEAL_LENGTH), Buffer.from('}')]);
  if (sha256(body) !== seal[1]) throw damaged('its checksum does not match');
  const content = parse(body.toString('utf8'));
  const state = version === 1 ? StateV1.safeParse(content) : StateV2.safeParse(content);
  if (!state.success) throw damaged(wordsOf(state.error));
  const { data } = state;
  return data.version === 1 ? { ...data, lastTest: lastTestOf(data.history) } : data;
}

function wordsOf({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path.join('.');
  return `${field ? `${field}: ` : ''}${issue?.message}`;
}

/** @returns undefined, which no schema accepts, if the text is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sha256(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}
