/**
 * `lesson.safetensors` in the folder of a run that learned a person's digits: the images that were added to its data,
 * so that the run can be continued, bit for bit, whatever happens to the drawings later. The run's checkpoints have the
 * checksum of the data that follow from it.
 */
import { fsyncSync, openSync, closeSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, reasonOf } from '../base/errors';
import { writeWhole } from '../base/positioned-files';
import { Refusal } from '../base/refusal';
import { readRegularFile } from '../base/regular-file';
import {
  type Safetensors,
  type TensorBytes,
  encodeTensors,
  parseSafetensors,
  requireNoGaps,
} from '../base/safetensors';
import { type LabelledImages, type Lesson, PIXELS, SIDE } from '../data/mnist';

export const LESSON_FILE = 'lesson.safetensors';
/** A lesson file that is being written. */
export const TEMPORARY_LESSON = '.tmp-lesson';

/** In bytes: five thousand drawings and as many digits of other hands are smaller. */
const MAX_BYTES = 20_000_000;

const parts = ['drawings', 'heldOut', 'otherHands'] as const;

type Images = Pick<Lesson, (typeof parts)[number]>;

/** Writes the file atomically, and waits until it is on disk. @throws the file system's error */
export function writeLesson(folder: string, images: Images): void {
  const tensors: Record<string, TensorBytes> = {};
  for (const part of parts) {
    const { count, images: pixels, labels } = images[part];
    tensors[`${part}.images`] = { dtype: 'U8', shape: [count, SIDE, SIDE], bytes: pixels };
    tensors[`${part}.labels`] = { dtype: 'U8', shape: [count], bytes: labels };
  }
  const temporary = join(folder, TEMPORARY_LESSON);
  rmSync(temporary, { recursive: true, force: true });
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeWhole(file, encodeTensors(tensors, { format: 'digit-studio-lesson' }), 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, join(folder, LESSON_FILE));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** @throws UserError `lesson-unreadable` */
export async function readLesson(folder: string): Promise<Images> {
  const path = join(folder, LESSON_FILE);
  try {
    const file = parseSafetensors(await readRegularFile(path, MAX_BYTES));
    requireNoGaps(file);
    return {
      drawings: imagesIn(file, 'drawings'),
      heldOut: imagesIn(file, 'heldOut'),
      otherHands: imagesIn(file, 'otherHands'),
    };
  } catch (error) {
    throw new UserError(
      'lesson-unreadable',
      `${path}, which has the drawings that the run learned from, cannot be read: ${reasonOf(error)}. Bring the file back, or start a new run from one of the run's checkpoints.`,
      { cause: error },
    );
  }
}

function imagesIn({ entries, data }: Safetensors, part: (typeof parts)[number]): LabelledImages {
  const bytesOf = (name: string, size: (count: number) => number) => {
    const entry = entries.get(`${part}.${name}`);
    const count = entry?.shape[0] ?? -1;
    const [begin, end] = entry?.data_offsets ?? [0, 0];
    if (entry?.dtype !== 'U8' || end - begin !== size(count)) throw new Refusal(`${part}.${name} is damaged`);
    return { count, bytes: Uint8Array.from(data.subarray(begin, end)) };
  };
  const { count, bytes: images } = bytesOf('images', (n) => n * PIXELS);
  const { bytes: labels } = bytesOf('labels', () => count);
  if (labels.some((label) => label > 9)) throw new Refusal(`${part} has a label above 9`);
  return { count, images, labels };
}
