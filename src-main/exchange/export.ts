/** Exports the network in the formats of other programs; the file name determines which. */
import { writeFile } from 'atomically';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { encodeSafetensors } from '../checkpoints/safetensors';
import { UserError, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';
import { encodeTorchStateDict } from './pytorch/encode-state-dict';

/**
 * Writes the network's weights in the format that the path determines:
 *
 * - `NAME.onnx`: see `encodeOnnx`;
 * - `NAME.safetensors`: the eight float32 tensors of PyTorch's `state_dict`;
 * - `NAME.pth`: the same, as written by `torch.save`;
 * - `NAME.json`: see `encodeTensorFlowJs`, with `NAME.weights.bin` beside it;
 * - an existing folder or a name without an extension: `model.json` and `model.weights.bin` in that folder.
 *
 * Each file is written under a temporary name, flushed and renamed, replacing an existing file. Missing folders are
 * created.
 *
 * @returns the files written
 * @throws UserError `export-format` for any other name, `file-not-written` if a file cannot be written
 */
export async function exportModel(weights: Weights, path: string): Promise<string[]> {
  switch (await formatOf(path)) {
    case 'onnx': {
      // Loaded on demand, since these libraries would slow the start down.
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

/** The formats of single files, by extension. */
const fileFormats = ['onnx', 'safetensors', 'pth', 'json'] as const;
type FileFormat = (typeof fileFormats)[number];

/** The format that `exportModel` would write there. @throws UserError `export-format` if the name has none */
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
    `Choose a name ending in .onnx, .json (TensorFlow.js), .safetensors or .pth instead of ${basename(path)}.`,
  );
}

async function writeTensorFlowJs(weights: Weights, path: string): Promise<string[]> {
  const { encodeTensorFlowJs } = await import('./tensorflow-js');
  const weightsName = `${basename(path, extname(path))}.weights.bin`;
  const files = await encodeTensorFlowJs(weights, weightsName);
  // The JSON file is written last: without it there is no model, and an older one can load the new weights as well.
  const weightsFile = await write(join(dirname(path), weightsName), files.weights);
  return [await write(path, files.json), weightsFile];
}

async function write(file: string, content: string | Uint8Array): Promise<string> {
  try {
    await writeFile(file, typeof content === 'string' ? content : Buffer.from(content));
    return file;
  } catch (error) {
    throw new UserError(
      'file-not-written',
      `${file} could not be written: ${reasonOf(error)}. Choose another folder.`,
      { cause: error },
    );
  }
}
