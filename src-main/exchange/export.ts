/** Writes the network in the formats of others; the file's name says which. */
import { writeFile } from 'atomically';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { encodeSafetensors } from '../checkpoints/safetensors';
import { UserError, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';
import { encodeTorchStateDict } from './pytorch/encode-state-dict';

/**
 * Writes the network's weights in the format that the path asks for:
 *
 * - `NAME.onnx`: see `encodeOnnx`;
 * - `NAME.safetensors`: the eight float32 tensors of PyTorch's `state_dict`;
 * - `NAME.pth`: the same as `torch.save` writes it;
 * - `NAME.json`: see `encodeTensorFlowJs`, with `NAME.weights.bin` beside it;
 * - a folder, there already or a name without an extension: `model.json` and `model.weights.bin` in it.
 *
 * Each file is written beside its place, flushed and renamed; what was there under its name is replaced. Missing folders
 * are made.
 *
 * @returns the files written
 * @throws UserError `export-format` for any other name, `file-not-written` when a file cannot be written
 */
export async function exportModel(weights: Weights, path: string): Promise<string[]> {
  switch (await formatOf(path)) {
    case 'onnx': {
      // Loaded when asked for: these libraries would only make the start slower.
      const { encodeOnnx } = await import('./onnx');
      return [await write(path, encodeOnnx(weights))];
    }
    case 'safetensors':
      return [await write(path, encodeSafetensors(weights))];
    case 'pth':
      return [await write(path, encodeTorchStateDict(weights))];
    case 'json':
      return writeTensorFlowJs(weights, path);
    case 'folder':
      return writeTensorFlowJs(weights, join(path, 'model.json'));
  }
}

/** By the extensions of their names. */
const fileFormats = ['onnx', 'safetensors', 'pth', 'json'] as const;
type FileFormat = (typeof fileFormats)[number];

/** What `exportModel` would write there. @throws UserError `export-format` when the name does not say */
export async function formatOf(path: string): Promise<FileFormat | 'folder'> {
  const isFolder = await stat(path).then(
    (status) => status.isDirectory(),
    () => extname(path) === '',
  );
  if (isFolder) return 'folder';
  const extension = extname(path).slice(1).toLowerCase();
  const format = fileFormats.find((known) => known === extension);
  if (format !== undefined) return format;
  throw new UserError(
    'export-format',
    `${basename(path)} names no format to export to. End the name in .onnx, .json (TensorFlow.js), .safetensors or .pth.`,
  );
}

async function writeTensorFlowJs(weights: Weights, path: string): Promise<string[]> {
  const { encodeTensorFlowJs } = await import('./tensorflow-js');
  const weightsName = `${basename(path, extname(path))}.weights.bin`;
  const files = await encodeTensorFlowJs(weights, weightsName);
  // The JSON file last: while it is missing there is no model, and an older one reads the new weights as well.
  const weightsFile = await write(join(dirname(path), weightsName), files.weights);
  return [await write(path, files.json), weightsFile];
}

async function write(file: string, content: string | Uint8Array): Promise<string> {
  try {
    await writeFile(file, typeof content === 'string' ? content : Buffer.from(content));
    return file;
  } catch (error) {
    throw new UserError('file-not-written', `${file} could not be written: ${reasonOf(error)}.`, { cause: error });
  }
}
