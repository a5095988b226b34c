import { kindOfFile } from '../../base/file-kind';
import { Refusal } from '../../base/refusal';
import { type NumberArray, inWords, numbersOf, productOf } from './number-array';

/** The element types by the third byte of a file. */
const types = {
  0x08: [Uint8Array, 1],
  0x09: [Int8Array, 1],
  0x0b: [Int16Array, 2],
  0x0c: [Int32Array, 4],
  0x0d: [Float32Array, 4],
  0x0e: [Float64Array, 8],
} as const;

const typeOf = (code: number) => (code in types ? types[code as keyof typeof types] : null);

/**
 * Reads an IDX file (the format of http://yann.lecun.com/exdb/mnist/). Zeros and white space after the end are ignored.
 * @param bytes the whole file, uncompressed
 * @throws Refusal saying what is wrong
 */
export function parseIdx(bytes: Buffer): NumberArray {
  if (bytes.length < 4) {
    throw new Refusal(
      bytes.length === 0 ? 'it is empty; download it again' : `it is cut off after ${bytes.length} bytes`,
    );
  }
  const dimensions = bytes[3]!;
  const type = bytes.readUInt16BE(0) === 0 && dimensions >= 1 && dimensions <= 4 ? typeOf(bytes[2]!) : null;
  if (type === null) throw new Refusal(whyNoIdx(bytes));
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength) {
    throw new Refusal(`it is cut off after ${bytes.length} bytes, within its header`);
  }
  const dims = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const [Type, size] = type;
  const expected = productOf(dims) * size;
  const data = bytes.subarray(headerLength);
  const announced = `according to its header it has ${inWords(dims)} = ${expected.toLocaleString('en')} bytes of data, but there are ${data.length.toLocaleString('en')}`;
  if (data.length < expected) throw new Refusal(`it is cut off: ${announced}. Download it again`);
  if (!isPadding(data.subarray(expected))) throw new Refusal(`it is too long: ${announced}`);
  return { dims, values: numbersOf(data.subarray(0, expected), Type, size, true) };
}

/** The header of an IDX file of unsigned bytes. */
export function idxHeader(dims: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.writeUInt32BE(0x800 + dims.length);
  dims.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return header;
}

/** Whether the bytes are only zeros, as added by tar, or white space, as added by editors. */
function isPadding(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0 || byte === 0x0a || byte === 0x0d || byte === 0x20);
}

function whyNoIdx(bytes: Buffer): string {
  if (bytes[0]! >= 1 && bytes[0]! <= 4 && typeOf(bytes[1]!) !== null && bytes.readUInt16BE(2) === 0) {
    return 'the numbers in its header are little-endian, but IDX is big-endian. In NumPy, write them as ">i4"';
  }
  const kind = kindOfFile(bytes, '');
  if (kind !== null) return `it is ${kind}`;
  return `it is not an IDX file: it begins with 0x${bytes.toString('hex', 0, 4)} instead of 0x00000803 (images) or 0x00000801 (labels)`;
}
