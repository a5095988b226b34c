/**
 * Whether there is memory for a run's batches, asked before it trains. Once an allocation has failed it is too late: in
 * the window Chromium's allocator ends the process, and on plain Node TensorFlow's libraries often do.
 */
import type { Device } from '@contract/contract';
import { type ProcessMemory, processMemory, readMemoryFiles } from './linux-memory';
import { outOfMemoryError } from './training-errors';

/** The most images that a run still has to put through the network at once. */
export interface Batches {
  /** In a training step; 0 when none is left. */
  training: number;
  /** In a test; 0 when none is left. */
  testing: number;
}

/**
 * Bytes that TensorFlow takes for each image of a batch, at the least: a run that fits must not be refused. Measured was
 * the growth of the process's own memory (RssAnon) from before the first batch to its highest, batches of 64 / 1000 /
 * 4000 / 10000 images: 21 / 100-109 / 341-387 / 863-918 MB for training, 17 / 51 / 154-158 / 350-356 MB for testing. That
 * is 86 and 35 kB an image for large batches. Without oneDNN it is 66 and 32 kB, which is the least of all variants
 * with the graph's two halves side by side.
 */
const TRAINING_BYTES = 60_000;
const TESTING_BYTES = 25_000;

/**
 * What a process that can train holds before it does, at the least: 184 MB were measured in Electron, and more in Node.
 * 55 MB of that are MNIST; a smaller set of images has no large batches either.
 */
const BEFORE_TRAINING = 140_000_000;

/**
 * Bytes that a run needs beyond what the process holds, at the least. TensorFlow gives back little of what it has had
 * and uses it again, so after a batch as large as these it is nothing.
 * @param held see `ProcessMemory`
 */
export function memoryNeeded(batches: Batches, held: number): number {
  return Math.max(0, largest(batches).bytes + BEFORE_TRAINING - held);
}

/**
 * To be asked before a run trains. Memory that goes away later is not foreseen.
 * @param memory what the process has and can have; null where that is not known
 * @throws UserError `out-of-memory` where there is surely too little for the batches
 */
export function requireMemory(device: Device, batches: Batches, memory = memoryFor(device)): void {
  if (!memory) return;
  const needed = memoryNeeded(batches, memory.held);
  if (needed <= memory.available) return;
  const { what, setting } = largest(batches);
  const lack = `${what} needs at least ${inWords(needed)} more memory, and ${inWords(memory.available)} are free`;
  throw outOfMemoryError(lack, setting);
}

/** What takes the most memory, in words, and how many bytes that is at the least. */
function largest({ training, testing }: Batches): { bytes: number; what: string; setting: string } {
  const trainingBytes = training * TRAINING_BYTES;
  const testingBytes = testing * TESTING_BYTES;
  return trainingBytes >= testingBytes
    ? { bytes: trainingBytes, what: `a batch of ${training} images`, setting: 'batch size' }
    : { bytes: testingBytes, what: `a test with ${testing} images at once`, setting: 'test batch size' };
}

/**
 * Known on Linux alone: macOS and Windows compress, and grow their swap files, so what they call free is not all that
 * can be had. A GPU has memory of its own; in WebAssembly memory that cannot be had is an
 * error and not the end of the process; and what training in JavaScript takes was not measured.
 */
function memoryFor({ backend, processor }: Device): ProcessMemory | null {
  const isNative = backend === 'tensorflow' && processor === 'cpu';
  return isNative && process.platform === 'linux' ? processMemory(readMemoryFiles()) : null;
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
