type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

/** The content of an IDX or NumPy file. */
export interface NumberArray {
  /** Sizes of the dimensions, outermost first, e.g. [60000, 28, 28]. */
  dims: number[];
  /** All elements; the last dimension varies fastest. */
  values: Exclude<Numbers, BigUint64Array | BigInt64Array>;
}

type NumbersType = new (buffer: ArrayBuffer) => Numbers;

/** @param bytes whole elements, with the byte order given by `bigEndian` */
export function numbersOf(
  bytes: Uint8Array,
  Type: NumbersType,
  size: number,
  bigEndian: boolean,
): NumberArray['values'] {
  // Not a Buffer, whose `slice` does not copy.
  if (Type === Uint8Array) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  // A copy, since the file's bytes may not be aligned for such numbers.
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (bigEndian && size === 2) copy.swap16();
  if (bigEndian && size === 4) copy.swap32();
  if (bigEndian && size === 8) copy.swap64();
  const numbers = new Type(copy.buffer);
  return numbers instanceof BigInt64Array || numbers instanceof BigUint64Array
    ? Float64Array.from(numbers, Number)
    : numbers;
}

/** "60,000 x 28 x 28" */
export const inWords = (dims: number[]) => dims.map((size) => size.toLocaleString('en')).join(' x ');

export const productOf = (dims: number[]) => dims.reduce((product, size) => product * size, 1);
