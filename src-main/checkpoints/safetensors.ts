/** The network's parameters as a safetensors file, see base/safetensors.ts. */
import { UserError } from '../base/errors';
import { Refusal } from '../base/refusal';
import { type SafetensorsEntry, parseSafetensors, requireNoGaps } from '../base/safetensors';
import { PARAMETER_COUNT, type Weights, parameterNames, parameterShapes, sizeOf, split } from '../network/parameters';

const BYTES_PER_VALUE = 4;

/** The header is the same for all files, since the order and shapes of the tensors are fixed. */
const HEADER = encodeHeader();

function encodeHeader(): Buffer {
  const header: Record<string, SafetensorsEntry> = {};
  let offset = 0;
  for (const name of parameterNames) {
    const end = offset + sizeOf(parameterShapes[name]) * BYTES_PER_VALUE;
    header[name] = { dtype: 'F32', shape: [...parameterShapes[name]], data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces align the data to eight bytes, as the format recommends.
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  json.copy(bytes, 8);
  return bytes;
}

/** Encodes the network's parameters (or momentum buffers). */
export function encodeSafetensors(weights: Weights): Uint8Array {
  const bytes = new Uint8Array(HEADER.length + PARAMETER_COUNT * BYTES_PER_VALUE);
  bytes.set(HEADER);
  // Every machine that Electron supports is little-endian, as is the format.
  const values = split(new Float32Array(bytes.buffer, HEADER.length));
  for (const name of parameterNames) values[name].set(weights[name]);
  return bytes;
}

/**
 * @param file the path, for error messages
 * @returns the network's parameters, all finite
 * @throws UserError `weights-invalid` if the file is incomplete or contains other tensors
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Weights {
  try {
    return readParameters(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UserError('weights-invalid', `${file} does not contain this network's weights: ${error.message}.`);
  }
}

function readParameters(bytes: Buffer): Weights {
  const file = parseSafetensors(bytes);
  const { entries, data } = file;
  const unknown = [...entries.keys()].find((name) => !(parameterNames as string[]).includes(name));
  if (unknown !== undefined) throw new Refusal(`it contains an unknown tensor "${unknown.slice(0, 100)}"`);
  const weights: Partial<Weights> = {};
  for (const name of parameterNames) {
    const entry = entries.get(name);
    const shape = parameterShapes[name];
    if (!entry) throw new Refusal(`${name} is missing`);
    if (entry.dtype !== 'F32') throw new Refusal(`${name} has type ${entry.dtype.slice(0, 20)} instead of F32`);
    if (entry.shape.length !== shape.length || shape.some((size, i) => size !== entry.shape[i])) {
      throw new Refusal(`${name} has shape [${entry.shape.slice(0, 8).join(', ')}] instead of [${shape.join(', ')}]`);
    }
    const [begin, end] = entry.data_offsets;
    if (end - begin !== sizeOf(shape) * BYTES_PER_VALUE) {
      throw new Refusal(`${name} has ${end - begin} bytes instead of ${sizeOf(shape) * BYTES_PER_VALUE}`);
    }
    weights[name] = readValues(data, begin, sizeOf(shape));
    if (!weights[name].every(Number.isFinite))
      throw new Refusal(`${name} contains a value that is not a finite number`);
  }
  requireNoGaps(file);
  return weights as Weights;
}

/** Copies the values, since those in the file may not be aligned. */
function readValues(data: Buffer, begin: number, length: number): Float32Array {
  const values = new Float32Array(length);
  new Uint8Array(values.buffer).set(data.subarray(begin, begin + length * BYTES_PER_VALUE));
  return values;
}
