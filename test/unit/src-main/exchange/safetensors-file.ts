/** Makes safetensors files for tests. */
import { sizeOf } from '../../../../src-main/network/parameters';

export interface TensorOfZeros {
  name: string;
  shape: readonly number[];
  type: 'F64' | 'F32' | 'F16' | 'BF16';
}

const bytesPerValue = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/** A file whose tensors are all zeros. */
export function safetensorsFile(tensors: TensorOfZeros[]): Buffer {
  let end = 0;
  const entries = tensors.map(({ name, shape, type }) => {
    const begin = end;
    end += sizeOf(shape) * bytesPerValue[type];
    return [name, { dtype: type, shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(end)]);
}
