/**
 * `measured.json`: the bundled model's accuracy on handwriting that does not come with the application, measured by
 * `npm run -s bench:pad`. It identifies the measured weights, so that it is never shown for others.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const count = z.number().int().nonnegative();

const Measured = z.strictObject({
  /** SHA-256 of the weights file. */
  weights: z.string(),
  /** UCI's "Pen-Based Recognition of Handwritten Digits": 7,494 digits that 30 people wrote on a tablet. */
  penDigits: z.strictObject({ correct: count, total: count.positive() }),
});

/**
 * @param path a checkpoint's folder
 * @param weights SHA-256 of its weights file
 * @returns the fraction of pen digits that those weights read correctly; null if it was not measured
 */
export async function measuredPenAccuracy(path: string, weights: string): Promise<number | null> {
  const text = await readFile(join(path, 'measured.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const measured = Measured.parse(JSON.parse(text));
  return measured.weights === weights ? measured.penDigits.correct / measured.penDigits.total : null;
}
