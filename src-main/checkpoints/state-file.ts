/**
 * `state.json`: what a checkpoint says of itself, one JSON object in a line. It begins with `format`
 * and `version`, in all versions, and ends with `sha256`, the checksum of the object without it: of
 * the bytes before `,"sha256":`, and the closing brace.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { History, RunConfig, RunName } from '@contract/schemas';
import { UserError } from '../base/errors';
import { IMAGE_REMEDIES } from '../data/mnist';

export const MODEL_FILE = 'model.safetensors';
export const OPTIMIZER_FILE = 'optimizer.safetensors';
export const STATE_FILE = 'state.json';

const FORMAT = 'digit-studio-checkpoint';
const VERSION = 1;

const BEGINNING = new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${FORMAT}"\\s*,\\s*"version"\\s*:\\s*(\\d{1,9})\\s*,`);
const SEAL = /^,"sha256":"([0-9a-f]{64})"\}$/;
const SEAL_LENGTH = 77;

const count = z.number().int().nonnegative();
const FileRecord = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const DatasetRecord = z.strictObject({
  name: z.string(),
  /** See `MnistDataset.sha256`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  trainCount: count.positive(),
  testCount: count.positive(),
  /** Absent where the images were used as they are. */
  remedy: z.enum(IMAGE_REMEDIES).optional(),
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
    /** Given to a run at its start, to tell its checkpoints from those of others. */
    runId: z.uuid(),
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
  .refine(
    ({ history, dataset }) => history.testCorrect.every((correct) => correct <= dataset.testCount),
    'more right than tested',
  )
  .refine((state) => state.epoch === Math.ceil(state.step / stepsPerEpoch(state)), 'epoch and step disagree');
export type StateFile = z.infer<typeof StateFile>;

/** What a run tells of itself; the rest is the same in every state file, or of the checkpoint's other files. */
export type StateContent = Omit<StateFile, 'format' | 'version' | 'files'>;

export function stepsPerEpoch({ config, dataset }: { config: RunConfig; dataset: DatasetRecord }): number {
  return Math.ceil(dataset.trainCount / config.batchSize);
}

/**
 * @param content of whose history the lists are only ever added to: what was encoded of one before is used again
 * @returns the file's bytes
 */
export function encodeState({ history, ...content }: StateContent, files: StateFile['files']): Uint8Array {
  const rest = JSON.stringify({ format: FORMAT, version: VERSION, ...content, files });
  const parts: Uint8Array[] = [Buffer.from(rest.slice(0, -1))];
  for (const [name, opening] of openings) parts.push(opening, encodeList(history[name]));
  const bytes = Buffer.concat([...parts, CLOSING, ROOM_FOR_SEAL]);
  const body = bytes.subarray(0, -ROOM_FOR_SEAL.length);
  bytes.write(`,"sha256":"${sha256(body)}"}`, body.length - 1);
  return bytes;
}

const openings = (['trainLosses', 'trainCounter', 'testLosses', 'testCounter', 'testCorrect'] as const).map(
  (name, i) => [name, Buffer.from(`${i === 0 ? ',"history":{' : '],'}"${name}":[`)] as const,
);
const CLOSING = Buffer.from(']}}');
const ROOM_FOR_SEAL = Buffer.alloc(SEAL_LENGTH - 1);

/** How far a list was encoded: to put down all of its numbers each time soon takes longer than all else. */
interface EncodedList {
  count: number;
  room: Buffer;
  length: number;
}
const encodedLists = new WeakMap<readonly number[], EncodedList>();

function encodeList(values: readonly number[]): Uint8Array {
  let list = encodedLists.get(values);
  if (!list) encodedLists.set(values, (list = { count: 0, room: Buffer.alloc(1024), length: 0 }));
  for (; list.count < values.length; list.count++) {
    const text = (list.count > 0 ? ',' : '') + JSON.stringify(values[list.count]);
    if (list.length + text.length > list.room.length) list.room = Buffer.concat([list.room], 2 * list.room.length);
    list.length += list.room.write(text, list.length, 'latin1');
  }
  return list.room.subarray(0, list.length);
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
  // The checksum first: what is not as it was written is not even parsed.
  const seal = SEAL.exec(bytes.toString('latin1', Math.max(0, bytes.length - SEAL_LENGTH)));
  if (seal === null) throw damaged('it does not end as it was saved');
  const body = Buffer.concat([bytes.subarray(0, -SEAL_LENGTH), Buffer.from('}')]);
  if (sha256(body) !== seal[1]) throw damaged('its checksum is not the one that was saved');
  const state = StateFile.safeParse(parse(body.toString('utf8')));
  if (!state.success) {
    const [issue] = state.error.issues;
    const place = issue?.path.join('.');
    throw damaged(`${place ? `${place}: ` : ''}${issue?.message}`);
  }
  return state.data;
}

/** @returns undefined, which no schema takes, for what is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sha256(data: Uint8Array): string {
  return hash('sha256', data, 'hex');
}
