/**
 * The safetensors format (https://github.com/huggingface/safetensors, "Format"): an unsigned 64-bit
 * little-endian header length, a JSON header, the tensors' raw little-endian bytes without gaps.
 */
import { z } from 'zod';
import { UserError } from '../base/errors';
import {
  PARAMETER_COUNT,
  type ParameterName,
  type Weights,
  parameterNames,
  parameterShapes,
  sizeOf,
  split,
} from '../network/parameters';

/** More than any header of ours takes, and little enough to be parsed at once. */
const MAX_HEADER_BYTES = 1_000_000;
const BYTES_PER_VALUE = 4;

const count = z.number().int().nonnegative();
const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(count),
  data_offsets: z.tuple([count, count]),
});

/** The same for all files: their tensors have one order, and one shape each. */
const HEADER = encodeHeader();

function encodeHeader(): Buffer {
  const header: Record<string, z.infer<typeof Entry>> = {};
  let offset = 0;
  for (const name of parameterNames) {
    const end = offset + sizeOf(parameterShapes[name]) * BYTES_PER_VALUE;
    header[name] = { dtype: 'F32', shape: [...parameterShapes[name]], data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces bring the data to a multiple of eight, as the format recommends.
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  json.copy(bytes, 8);
  return bytes;
}

/** The bytes of a file that holds the network's parameters (or values of their shapes). */
export function encodeSafetensors(weights: Weights): Uint8Array {
  const bytes = new Uint8Array(HEADER.length + PARAMETER_COUNT * BYTES_PER_VALUE);
  bytes.set(HEADER);
  // Every machine that Electron runs on is little-endian, as the format is.
  const values = split(new Float32Array(bytes.buffer, HEADER.length));
  for (const name of parameterNames) values[name].set(weights[name]);
  return bytes;
}

/**
 * @param file its path, for messages
 * @returns the network's parameters, all finite numbers
 * @throws UserError `weights-invalid` when the file is not whole, or holds other tensors
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Weights {
  const refuse = (what: string): never => {
    throw new UserError('weights-invalid', `${file} does not hold this network's weights: ${what}.`);
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8) return refuse(`it has ${buffer.length} bytes, and its header length alone takes 8`);
  const announced = buffer.readBigUInt64LE(0);
  const headerLength = Number(announced);
  if (announced > BigInt(Math.min(buffer.length - 8, MAX_HEADER_BYTES))) {
    return refuse(`its header announces ${announced} bytes in a file of ${buffer.length}`);
  }
  const entries = readHeader(buffer.subarray(8, 8 + headerLength));
  if (entries === null) return refuse('its header is not what the safetensors format asks for');
  const data = buffer.subarray(8 + headerLength);

  const unknown = Object.keys(entries).find((name) => !(parameterNames as string[]).includes(name));
  if (unknown !== undefined) return refuse(`it holds an unknown tensor "${unknown.slice(0, 100)}"`);
  const taken: [number, number][] = [];
  const weights: Partial<Weights> = {};
  for (const name of parameterNames) {
    const entry = entries[name];
    const shape = parameterShapes[name];
    if (!entry) return refuse(`${name} is missing`);
    if (entry.dtype !== 'F32') return refuse(`${name} has type ${entry.dtype.slice(0, 20)}, expected F32`);
    if (entry.shape.length !== shape.length || shape.some((size, i) => size !== entry.shape[i])) {
      return refuse(`${name} has shape [${entry.shape.slice(0, 8).join(', ')}], expected [${shape.join(', ')}]`);
    }
    const [begin, end] = entry.data_offsets;
    if (end - begin !== sizeOf(shape) * BYTES_PER_VALUE || end > data.length) {
      return refuse(`${name} is said to lie at bytes ${begin} to ${end} of ${data.length}`);
    }
    taken.push([begin, end]);
    weights[name] = readValues(data, begin, sizeOf(shape));
    if (!weights[name].every(Number.isFinite)) return refuse(`${name} holds a value that is not a finite number`);
  }
  if (!coversExactly(taken, data.length)) return refuse('its tensors overlap or leave gaps');
  return weights as Record<ParameterName, Float32Array>;
}

function readHeader(bytes: Buffer): Partial<Record<string, z.infer<typeof Entry>>> | null {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    const { __metadata__, ...entries } = z.record(z.string(), z.unknown()).parse(header);
    z.record(z.string(), z.string()).optional().parse(__metadata__);
    return z.record(z.string(), Entry).parse(entries);
  } catch {
    return null;
  }
}

/** Copied, since the file's own bytes need not be aligned. */
function readValues(data: Buffer, begin: number, length: number): Float32Array {
  const values = new Float32Array(length);
  new Uint8Array(values.buffer).set(data.subarray(begin, begin + length * BYTES_PER_VALUE));
  return values;
}

/** Whether the ranges, put in order, fill 0 to length without gap or overlap. */
function coversExactly(ranges: [number, number][], length: number): boolean {
  let position = 0;
  for (const [begin, end] of ranges.sort(([a], [b]) => a - b)) {
    if (begin !== position) return false;
    position = end;
  }
  return position === length;
}
