/** Reads safetensors files of other programs, with weights of any float type. */
import { parseSafetensors, requireNoGaps } from '../base/safetensors';
import { Refusal } from '../base/refusal';
import { sizeOf } from '../network/parameters';
import type { FileTensors } from './network-weights';
import { contiguousStrides, floatTypes, isFloatType, readValues } from './tensor';

/** @throws Refusal if the file is damaged or incomplete */
export function safetensorsContent(bytes: Buffer): FileTensors {
  const file = parseSafetensors(bytes);
  requireNoGaps(file);
  const { entries, data } = file;
  return new Map(
    [...entries].map(
      ([
        name,
        {
          dtype: type,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const read = () => {
          if (!isFloatType(type)) throw new Refusal(`${name} has type ${type}`);
          if (end - begin !== sizeOf(shape) * floatTypes[type].bytes) {
            throw new Refusal(`${name} has ${end - begin} bytes, which does not match its shape [${shape.join(', ')}]`);
          }
          return readValues(data.subarray(begin, end), type, { offset: 0, shape, strides: contiguousStrides(shape) });
        };
        return [name, { type, shape, read: () => Promise.resolve().then(read) }];
      },
    ),
  );
}
