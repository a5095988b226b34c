/** Weights without a run: a `.safetensors` file, as PyTorch or an export of ours makes it. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readCheckpoint } from '../checkpoints/checkpoint';
import { decodeSafetensors } from '../checkpoints/safetensors';
import type { Origin } from '../checkpoints/state-file';
import { UserError, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';

/** This network's weights take 90 kB; the rest is room for a long header. */
const LARGEST_FILE = 2_000_000;

export interface WeightsFile {
  weights: Weights;
  origin: Origin;
}

/**
 * Reads the article's network as PyTorch's `safetensors.torch.save_file(net.state_dict(), file)` writes it: eight
 * float32 tensors under the names and in the shapes of `parameterShapes`.
 *
 * @throws UserError `weights-invalid` saying what is wrong with the file
 */
export async function readWeightsFile(file: string): Promise<WeightsFile> {
  const bytes = await readSmallFile(file);
  // The pickled archive of `torch.save` is a ZIP file.
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    throw invalid(file, 'it looks like a file of torch.save; save it with safetensors.torch.save_file instead');
  }
  const weights = decodeSafetensors(bytes, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { weights, origin: { file: basename(file), sha256 } };
}

/** Reads the weights of a checkpoint folder or a `.safetensors` file. @throws UserError saying what is wrong with it */
export async function readWeights(place: string): Promise<Weights> {
  const isFile = await stat(place).then(
    (status) => status.isFile(),
    () => place.endsWith('.safetensors'),
  );
  return isFile ? (await readWeightsFile(place)).weights : (await readCheckpoint(place)).weights;
}

async function readSmallFile(file: string): Promise<Buffer> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw invalid(file, 'it is not a regular file');
    if (status.size > LARGEST_FILE) throw invalid(file, `it has ${status.size} bytes, far more than they take`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('weights-invalid', `${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function invalid(file: string, what: string): UserError {
  return new UserError('weights-invalid', `${file} does not hold this network's weights: ${what}.`);
}
