/** Reads weights from files of other programs: safetensors, or PyTorch's `model.pth` and `optimizer.pth`. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MODEL_FILE, OPTIMIZER_FILE, type Origin } from '../checkpoints/state-file';
import { UserError, reasonOf } from '../base/errors';
import { Refusal } from '../base/refusal';
import { isSafetensors } from '../base/safetensors';
import type { Weights } from '../network/parameters';
import { kindOfFile } from '../base/file-kind';
import { readNetworkWeights } from './network-weights';
import { type Momentum, torchContent } from './pytorch/torch-content';
import { isOlderTorchFile, isZip, readOlderTorchFile, readTorchZip } from './pytorch/torch-file';
import { safetensorsContent } from './safetensors-file';

/** This network takes 90 kB. Much larger files are also read, to be able to say what they contain. */
const MAX_FILE = 100_000_000;

export interface WeightsFile {
  weights: Weights;
  /** The optimizer's state; null if training starts without momentum. */
  momentum: Momentum | null;
  origin: Origin;
  /** For people: where the momentum comes from, or why there is none; may be null. */
  note: string | null;
}

/** The content of one file: weights, momentum, or both. */
interface Content {
  path: string;
  sha256: string;
  weights: Weights | null;
  /** @throws UserError */
  readMomentum: (() => Promise<Momentum>) | null;
  /** Whether the file was written by `torch.save` and may have the optimizer's file beside it. */
  isTorchFile: boolean;
}

/**
 * Reads the article's network:
 *
 * - `safetensors.torch.save_file(network.state_dict(), file)`;
 * - `torch.save(network.state_dict(), file)`, and beside it `torch.save(optimizer.state_dict(), file)`: given either of
 *   the two, the other is found by its name (`model.pth`, `optimizer.pth`);
 * - `torch.save` of a dict that contains both.
 *
 * Values may be F32, F64, F16 or BF16, on any device, under any prefix that all names share.
 *
 * @throws UserError `weights-invalid` saying what is wrong with the file, or what it is instead
 */
export async function readWeightsFile(path: string): Promise<WeightsFile> {
  const named = await readContent(path);
  if (!named.weights) return withMomentum(await readNetworkBeside(path), named);
  try {
    return await withMomentum(named, named.readMomentum ? named : await readOptimizerBeside(named));
  } catch (error) {
    // An invalid optimizer state is no reason to refuse the network.
    if (!(error instanceof UserError)) throw error;
    return { ...(await withMomentum(named, null)), note: `Training will start without momentum. ${error.message}` };
  }
}

async function withMomentum(network: Content, optimizer: Content | null): Promise<WeightsFile> {
  const weights = network.weights!;
  const origin: Origin = { file: basename(network.path), sha256: network.sha256 };
  if (!optimizer?.readMomentum) return { weights, momentum: null, origin, note: null };
  const momentum = await optimizer.readMomentum();
  const file = basename(optimizer.path);
  return {
    weights,
    momentum,
    origin: { ...origin, optimizer: { file, sha256: optimizer.sha256 } },
    note: `Momentum from ${file} (SGD, learning rate ${momentum.learningRate}, momentum ${momentum.momentum}).`,
  };
}

/** @returns null if there is none */
async function readOptimizerBeside({ path, isTorchFile }: Content): Promise<Content | null> {
  const optimizer = isTorchFile ? await findBeside(path, NETWORK_WORDS, OPTIMIZER_WORDS) : null;
  return optimizer === null ? null : readContent(optimizer);
}

/** @throws UserError if there is none */
async function readNetworkBeside(path: string): Promise<Content> {
  const network = await findBeside(path, OPTIMIZER_WORDS, NETWORK_WORDS);
  const content = network === null ? null : await readContent(network);
  if (content?.weights) return content;
  const what = 'it contains only the momentum. Open the network that was saved with it, usually model.pth';
  throw invalid(path, what);
}

async function readContent(path: string): Promise<Content> {
  return decodeWeightsFile(await readWhole(path), path);
}

/** @param path for error messages @throws UserError `weights-invalid` */
export async function decodeWeightsFile(bytes: Buffer, path: string): Promise<Content> {
  const { weights, readMomentum, isTorchFile } = await inWords(path, () => decode(bytes, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, weights, readMomentum: readMomentum && (() => inWords(path, readMomentum)), isTorchFile };
}

async function decode(bytes: Buffer, path: string): Promise<Omit<Content, 'path' | 'sha256'>> {
  if (isZip(bytes) || isOlderTorchFile(bytes)) {
    const file = isZip(bytes) ? await readTorchZip(bytes) : readOlderTorchFile(bytes);
    const { tensors, readMomentum } = torchContent(file);
    return { weights: tensors && (await readNetworkWeights(tensors)), readMomentum, isTorchFile: true };
  }
  if (!isSafetensors(bytes)) {
    throw new Refusal(`it is ${kindOfFile(bytes, path) ?? 'neither a .safetensors nor a PyTorch file'}`);
  }
  // The momentum has the same names and shapes.
  if (basename(path) === OPTIMIZER_FILE) {
    throw new Refusal(`it contains only the momentum. Open ${MODEL_FILE}, which is beside it in a checkpoint`);
  }
  const weights = await readNetworkWeights(safetensorsContent(bytes));
  return { weights, readMomentum: null, isTorchFile: false };
}

/** Turns refusals into errors that name the file. */
async function inWords<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof Refusal ? invalid(path, error.message, { cause: error }) : error;
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw invalid(path, 'it is not a regular file');
    if (status.size > MAX_FILE) {
      throw invalid(
        path,
        `it has ${Math.round(status.size / 1e6).toLocaleString('en')} MB, but this network takes less than 1 MB`,
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('weights-invalid', `${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Words in the names of files that belong together, longest first. */
const NETWORK_WORDS = ['network', 'weights', 'model', 'net'];
const OPTIMIZER_WORDS = ['optimizer', 'optim', 'opt'];

/**
 * Finds the other of two files that were saved together: `mnist_optimizer.pt` for `mnist_model.pt`.
 * @returns its path; null if there is none
 */
async function findBeside(path: string, words: string[], otherWords: string[]): Promise<string | null> {
  const name = basename(path);
  const word = words.find((candidate) => name.includes(candidate));
  if (word === undefined) return null;
  for (const otherWord of otherWords) {
    const other = join(dirname(path), name.replace(word, otherWord));
    const status = await stat(other).catch(() => null);
    if (status?.isFile()) return other;
  }
  return null;
}

function invalid(path: string, what: string, options?: ErrorOptions): UserError {
  return new UserError('weights-invalid', `${path} does not contain this network's weights: ${what}.`, options);
}
