/** Tensors in files: their values may have several number types and any memory order. */
import { sizeOf } from '../network/parameters';
import { Refusal } from '../base/refusal';

/** The size of a value in bytes, and how to read one at a byte position. */
interface FloatType {
  bytes: number;
  read(data: Buffer, position: number): number;
}

/** The supported types of weights, by their safetensors names. */
export const floatTypes = {
  F64: { bytes: 8, read: (data, position) => data.readDoubleLE(position) },
  F32: { bytes: 4, read: (data, position) => data.readFloatLE(position) },
  F16: { bytes: 2, read: (data, position) => fromHalf(data.readUInt16LE(position)) },
  BF16: { bytes: 2, read: (data, position) => fromBrainFloat(data.readUInt16LE(position)) },
} as const satisfies Record<string, FloatType>;
export type FloatTypeName = keyof typeof floatTypes;

export function isFloatType(name: string): name is FloatTypeName {
  return Object.hasOwn(floatTypes, name);
}

/** A tensor in a file. Its values are read on demand. */
export interface FileTensor {
  /** One of `floatTypes`, or an unsupported type, e.g. "I64". */
  type: string;
  shape: readonly number[];
  /** @returns the values in row-major order, rounded to float32 @throws Refusal */
  read(): Promise<Float32Array>;
}

/** The position of a tensor's values in its storage, counted in values. */
export interface Layout {
  offset: number;
  shape: readonly number[];
  /** Steps in the storage from one index to the next, one for each dimension. */
  strides: readonly number[];
}

/** The strides of a tensor in row-major order without gaps. */
export function contiguousStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/**
 * @param data the storage, little-endian
 * @returns the values in row-major order, rounded to float32
 * @throws Refusal if the tensor exceeds its storage
 */
export function readValues(data: Buffer, type: FloatTypeName, { offset, shape, strides }: Layout): Float32Array {
  const { bytes, read } = floatTypes[type];
  const last = shape.reduce((position, size, axis) => position + (size - 1) * strides[axis]!, offset);
  if ((last + 1) * bytes > data.length) throw new Refusal('a tensor reaches beyond the end of its data');
  const values = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let position = offset;
  for (let i = 0; i < values.length; i++) {
    values[i] = read(data, position * bytes);
    // Advances to the next index; the last dimension varies fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      position -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function fromBrainFloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
