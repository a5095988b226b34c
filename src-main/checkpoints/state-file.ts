/**
 * `state.json`: what a checkpoint says of itself, one JSON object in a line. It begins with `format` and `version`, in
 * all versions, and ends with `sha256`, the checksum of the object without it: of the bytes before `,"sha256":`, and the
 * closing brace.
 *
 * Version 1 (Digit Studio 0.1) holds the run's whole history. Since version 2 the history is in a file of the run, see
 * `history-file.ts`, and the state has its length and checksum.
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
/** A file's length and checksum; of the history file, those of the part that the checkpoint knows. */
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
  /** Absent where the images were used as they are. */
  remedy: ImageRemedy.optional(),
});
export type DatasetRecord = z.infer<typeof DatasetRecord>;

const OriginFile = z.strictObject({
  /** Its name, without its folder. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The weights file that a run began from, and the file that its momentum is from; absent where it began without. */
export const Origin = OriginFile.extend({ optimizer: OriginFile.optional() });
export type Origin = z.infer<typeof Origin>;

const Common = z.strictObject({
  format: z.literal(FORMAT),
  run: RunName,
  /** Given to a run at its start, to tell its checkpoints from those of others. */
  runId: z.uuid(),
  step: count,
  epoch: count,
  examplesSeen: count,
  config: RunConfig,
  /** Absent where the run began from weights drawn by its seed. */
  origin: Origin.optional(),
  dataset: DatasetRecord,
  /** Time spent in training steps since the run began, tests left out. */
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
  .refine(({ lastTest, dataset }) => (lastTest?.correct ?? 0) <= dataset.testCount, 'more right than tested')
  .refine(epochFits, 'epoch and step disagree');

const StateV1 = z
  .strictObject({ ...Common.shape, version: z.literal(1), history: History })
  .refine(({ history }) => history.trainLosses.length === history.trainCounter.length, 'train history is torn')
  .refine(
    ({ history }) =>
      history.testLosses.length === history.testCounter.length &&
      history.testLosses.length === history.testCorrect.length,
    'test history is torn',
  )
  .refine(
    ({ history, dataset }) => history.testCorrect.every((correct) => correct <= dataset.testCount),
    'more right than tested',
  )
  .refine(epochFits, 'epoch and step disagree');

/** A state file as it is read. */
export interface StateFile extends Common {
  version: 1 | 2;
  lastTest: LastTest | null;
  /** Of version 1 the history itself. */
  history: FileRecord | History;
}

/** What a checkpoint holds beside its weights. */
export interface CheckpointState extends Omit<Common, 'format' | 'files'> {
  lastTest: LastTest | null;
  /** What the checkpoint knows of the history file. */
  history: FileRecord;
}

/** What a run tells of itself, to be written. */
export interface StateContent extends Omit<CheckpointState, 'lastTest' | 'history'> {
  history: History;
}

/** @param record of the history file, up to what `content` holds */
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

/** What tells how many steps an epoch has. */
interface RunSize {
  config: RunConfig;
  dataset: DatasetRecord;
}

export function stepsPerEpoch({ config, dataset }: RunSize): number {
  return Math.ceil(dataset.trainCount / config.batchSize);
}

/**
 * @returns the file's bytes
 * @throws Error when a checkpoint with this state could not be read again
 */
export function encodeState(state: CheckpointState, files: StateFile['files']): Uint8Array {
  // First, and in this order: that is how a file of a later version is known.
  const head = { format: FORMAT, version: VERSION };
  const content = { ...head, ...state, ...head, files };
  const checked = StateV2.safeParse(content);
  if (!checked.success) throw new Error(wordsOf(checked.error));
  const body = JSON.stringify(content);
  return Buffer.from(`${body.slice(0, -1)},"sha256":"${sha256(body)}"}`);
}

/**
 * @param file its path, for messages
 * @throws UserError `checkpoint-damaged`, or `checkpoint-newer` when a later version wrote it
 */
export function decodeState(bytes: Buffer, file: string): StateFile {
  const damaged = (what: string) => new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
  const version = Number(BEGINNING.exec(bytes.toString('latin1', 0, 200))?.[1] ?? VERSION);
  if (version > VERSION) {
    throw new UserError(
      'checkpoint-newer',
      `${file} was written by a later version of Digit Studio (format ${version}, this one reads ${VERSION}). Update Digit Studio to open it.`,
    );
  }
  // The checksum first: what was changed is not even parsed.
  const seal = SEAL.exec(bytes.toString('latin1', Math.max(0, bytes.length - SEAL_LENGTH)));
  if (seal === null) throw damaged('it is incomplete');
  const body = Buffer.concat([bytes.subarray(0, -SEAL_LENGTH), Buffer.from('}')]);
  if (sha256(body) !== seal[1]) throw damaged('its checksum is not the one that was saved');
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

/** @returns undefined, which no schema takes, for what is not JSON */
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
