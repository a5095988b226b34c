/**
 * Checks before training whether there is enough memory for a run's batches. A failed allocation would be too late: in
 * Electron Chromium's allocator ends the process, and on plain Node TensorFlow's libraries often do.
 */
import type { Device } from '@contract/contract';
import { type ProcessMemory, processMemory, readMemoryFiles } from './linux-memory';
import { outOfMemoryError } from './training-errors';

/** The largest batches, in images, that a run still has to pass through the network. */
export interface Batches {
  /** Of a training step; 0 when none is left. */
  training: number;
  /** Of a test; 0 when none is left. */
  testing: number;
}

/**
 * The fewest bytes that TensorFlow needs per image of a batch: a run that fits must not be refused. Measured was the
 * growth of the process's private memory (RssAnon) from before the first batch to its peak, for batches of 64 / 1000 /
 * 4000 / 10000 images: 21 / 100-109 / 341-387 / 863-918 MB in training, 17 / 51 / 154-158 / 350-356 MB in testing. That
 * is 86 and 35 kB per image for large batches. Without oneDNN it is 66 and 32 kB, the least of all variants that run
 * the graph's two halves in parallel.
 */
const TRAINING_BYTES = 60_000;
const TESTING_BYTES = 25_000;

/**
 * The fewest bytes that a process holds before it trains: 184 MB were measured in Electron, and more in Node. MNIST
 * takes 55 MB of that; a smaller set of images has no large batches either.
 */
const BEFORE_TRAINING = 140_000_000;

/**
 * The fewest bytes that a run needs beyond what the process holds. TensorFlow returns little memory and reuses it, so
 * after a batch of the same size this is 0.
 * @param held see `ProcessMemory`
 */
export function memoryNeeded(batches: Batches, held: number): number {
  return Math.max(0, largest(batches).bytes + BEFORE_TRAINING - held);
}

/**
 * Checks before a run trains that there is enough memory. Memory that others take later is not considered.
 * @param memory what the process holds and can still get; null where it is unknown
 * @throws UserError `out-of-memory` if there is certainly too little for the batches
 */
export function requireMemory(device: Device, batches: Batches, memory = memoryFor(device)): void {
  if (!memory) return;
  const needed = memoryNeeded(batches, memory.held);
  if (needed <= memory.available) return;
  const { what, setting } = largest(batches);
  const lack = `${what} needs at least ${inWords(needed)} more memory, but only ${inWords(memory.available)} is free`;
  throw outOfMemoryError(lack, setting);
}

/** The batch that needs the most memory, in words, and the fewest bytes it needs. */
function largest({ training, testing }: Batches): { bytes: number; what: string; setting: string } {
  const trainingBytes = training * TRAINING_BYTES;
  const testingBytes = testing * TESTING_BYTES;
  return trainingBytes >= testingBytes
    ? { bytes: trainingBytes, what: `a batch of ${training.toLocaleString('en')} images`, setting: 'batch size' }
    : {
        bytes: testingBytes,
        what: `testing ${testing.toLocaleString('en')} images at once`,
        setting: 'test batch size',
      };
}

/**
 * Known on Linux only: macOS and Windows compress memory and grow their swap files, so more can be had than they report
 * as free. A GPU has its own memory, in WebAssembly a failed allocation is an error that does not end the process, and
 * the memory that training in JavaScript takes was not measured.
 */
function memoryFor({ backend, processor }: Device): ProcessMemory | null {
  const isNative = backend === 'tensorflow' && processor === 'cpu';
  return isNative && process.platform === 'linux' ? processMemory(readMemoryFiles()) : null;
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
