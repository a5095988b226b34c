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
    throw new Refusal(`it is cut off after ${bytes.length} bytes; its header alone takes ${headerLength}`);
  }
  const dims = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const [Type, size] = type;
  const expected = productOf(dims) * size;
  const data = bytes.subarray(headerLength);
  const announced = `its header announces ${inWords(dims)} = ${expected.toLocaleString('en')} bytes of data, and there are ${data.length.toLocaleString('en')}`;
  if (data.length < expected) throw new Refusal(`it is cut off: ${announced}. Download it again`);
  if (!isPadding(data.subarray(expected))) throw new Refusal(`it is longer than it says: ${announced}`);
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
    return 'its header has the bytes of each number in reverse (little-endian); IDX has the most significant byte first. Write it with ">i4" in NumPy';
  }
  const kind = kindOfFile(bytes, '');
  if (kind !== null) return `it is ${kind}`;
  return `it is no IDX file: it begins with 0x${bytes.toString('hex', 0, 4)}, expected 0x00000803 for images or 0x00000801 for labels`;
}
