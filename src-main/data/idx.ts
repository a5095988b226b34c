import { UserError } from '../base/errors';

/** Type code of unsigned bytes, the third byte of an IDX file. */
const UNSIGNED_BYTE = 0x08;

export interface IdxArray {
  /** Sizes of the dimensions, outermost first, e.g. [60000, 28, 28]. */
  dims: number[];
  /** All elements, the last dimension changing fastest. */
  values: Uint8Array;
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

/**
 * Reads an IDX file of unsigned bytes (the format of http://yann.lecun.com/exdb/mnist/).
 *
 * @param bytes the whole file, uncompressed
 * @param dimensions how many dimensions it must have (1 for labels, 3 for images)
 * @param file its path, for messages
 * @throws UserError `dataset-invalid` when the magic number or the length is not as it must be
 */
export function parseIdx(bytes: Uint8Array, dimensions: number, file: string): IdxArray {
  const headerLength = 4 + 4 * dimensions;
  const magic = UNSIGNED_BYTE * 0x100 + dimensions;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0) !== magic) {
    throw new UserError(
      'dataset-invalid',
      `${file} is not an IDX file of unsigned bytes with ${dimensions} dimension${dimensions > 1 ? 's' : ''}: it begins with ${hex(view.getUint32(0))}, expected ${hex(magic)}. Choose a folder with the original MNIST-style files.`,
    );
  }
  if (bytes.length < headerLength) {
    throw new UserError(
      'dataset-invalid',
      `${file} is truncated: it has ${bytes.length} bytes, and its header alone takes ${headerLength}. Fetch the file again.`,
    );
  }
  const dims = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = dims.reduce((product, size) => product * size, 1);
  const actual = bytes.length - headerLength;
  if (actual !== expected) {
    const what = actual < expected ? 'is truncated' : 'is longer than it says';
    throw new UserError(
      'dataset-invalid',
      `${file} ${what}: its header announces ${dims.join(' x ')} = ${expected} bytes of data, and there are ${actual}. Fetch the file again.`,
    );
  }
  return { dims, values: bytes.subarray(headerLength) };
}
