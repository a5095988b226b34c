import { Refusal } from '../../base/refusal';
import { type NumberArray, inWords, numbersOf, productOf } from './number-array';

const MAGIC = '\x93NUMPY';

/** NumPy's type names, without the byte order. */
const types = {
  u1: [Uint8Array, 1],
  b1: [Uint8Array, 1],
  i1: [Int8Array, 1],
  u2: [Uint16Array, 2],
  i2: [Int16Array, 2],
  u4: [Uint32Array, 4],
  i4: [Int32Array, 4],
  u8: [BigUint64Array, 8],
  i8: [BigInt64Array, 8],
  f4: [Float32Array, 4],
  f8: [Float64Array, 8],
} as const;

export const isNpy = (bytes: Buffer) => bytes.toString('latin1', 0, MAGIC.length) === MAGIC;

/**
 * Reads a NumPy array (numpy.lib.format, versions 1 to 3), such as those in an `.npz` archive.
 * @throws Refusal saying what is wrong
 */
export function parseNpy(bytes: Buffer): NumberArray {
  if (bytes.length < 12) throw new Refusal(`it is cut off after ${bytes.length} bytes`);
  // The header's length takes two bytes in version 1 and four in later versions.
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (bytes.length < end) throw new Refusal(`it is cut off after ${bytes.length} bytes, within its header`);
  const header = bytes.toString('utf8', start, end);
  const description = /'descr':\s*'([<>|=])(\w+)'/.exec(header);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  if (!description || !shape || !order)
    throw new Refusal('its NumPy header does not describe an array of plain numbers');
  const [, byteOrder, name = ''] = description;
  if (!(name in types)) throw new Refusal(`its values have NumPy's type "${name}". Save them as uint8`);
  const dims = (shape[1] ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const [Type, size] = types[name as keyof typeof types];
  const expected = productOf(dims) * size;
  const data = bytes.subarray(end);
  if (data.length < expected) {
    throw new Refusal(
      `it is cut off: its header states ${inWords(dims)} values in ${expected.toLocaleString('en')} bytes, but there are ${data.length.toLocaleString('en')}`,
    );
  }
  const values = numbersOf(data.subarray(0, expected), Type, size, byteOrder === '>');
  return { dims, values: order[1] === 'True' ? inRowOrder(values, dims) : values };
}

/** Reorders values of which the first dimension varies fastest, as in Fortran, such as those that were read from MATLAB. */
function inRowOrder(values: NumberArray['values'], dims: number[]): NumberArray['values'] {
  const strides = dims.map((_, axis) => productOf(dims.slice(0, axis)));
  const index = dims.map(() => 0);
  const ordered = values.slice();
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    ordered[to] = values[from]!;
    // The last dimension's index advances; one at its end begins again, and the one before it advances.
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}
