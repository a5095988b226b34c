/** Makes small data folders of the usual kinds from the first images of the bundled MNIST. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { loadDataset } from '../../../../src-main/data/load';
import { type LabelledImages, PIXELS, SIDE } from '../../../../src-main/data/mnist';

export type Files = Record<string, Uint8Array | string>;

export const TRAIN_IMAGES = 'train-images-idx3-ubyte';
export const TRAIN_LABELS = 'train-labels-idx1-ubyte';
export const TEST_IMAGES = 't10k-images-idx3-ubyte';
export const TEST_LABELS = 't10k-labels-idx1-ubyte';

export interface SmallSets {
  train: LabelledImages;
  test: LabelledImages;
  /** The same as MNIST's four files. */
  files: Record<string, Buffer>;
}

export async function smallSets(trainCount = 40, testCount = 20): Promise<SmallSets> {
  const mnist = await loadDataset(null);
  const [train, test] = [firstOf(mnist.train, trainCount), firstOf(mnist.test, testCount)];
  const files = {
    [TRAIN_IMAGES]: idx(0x08, [trainCount, SIDE, SIDE], train.images),
    [TRAIN_LABELS]: idx(0x08, [trainCount], train.labels),
    [TEST_IMAGES]: idx(0x08, [testCount, SIDE, SIDE], test.images),
    [TEST_LABELS]: idx(0x08, [testCount], test.labels),
  };
  return { train, test, files };
}

export function firstOf({ images, labels }: LabelledImages, count: number): LabelledImages {
  return { count, images: images.slice(0, count * PIXELS), labels: labels.slice(0, count) };
}

/** @param files by their paths in the folder */
export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export const renamed = (files: Files, rename: (name: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [rename(name), content]));

export const packed = (files: Files, pack: (bytes: Buffer, name: string) => Uint8Array): Files =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [name, pack(Buffer.from(content), name)]));

const elements: Record<number, [size: number, write: (buffer: Buffer, value: number, at: number) => number]> = {
  0x08: [1, (buffer, value, at) => buffer.writeUInt8(value, at)],
  0x0b: [2, (buffer, value, at) => buffer.writeInt16BE(value, at)],
  0x0c: [4, (buffer, value, at) => buffer.writeInt32BE(value, at)],
  0x0d: [4, (buffer, value, at) => buffer.writeFloatBE(value, at)],
  0x0e: [8, (buffer, value, at) => buffer.writeDoubleBE(value, at)],
};

/** @param type code of the elements' type, the header's third byte */
export function idx(type: number, dims: number[], values: ArrayLike<number>): Buffer {
  const [size, write] = elements[type]!;
  const bytes = Buffer.alloc(4 + 4 * dims.length + size * values.length);
  bytes.writeUInt32BE(type * 0x100 + dims.length);
  dims.forEach((length, i) => bytes.writeUInt32BE(length, 4 + 4 * i));
  for (let i = 0; i < values.length; i++) write(bytes, values[i]!, 4 + 4 * dims.length + size * i);
  return bytes;
}

/** A NumPy array of bytes, or of another type whose bytes are in `data`. */
export function npy(dims: number[], data: Uint8Array, type = '|u1', isFortran = false): Buffer {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': (${shape}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, data]);
}

export function csv({ count, images, labels }: LabelledImages, header: string | null, separator = ','): string {
  const lines = Array.from({ length: count }, (_, i) =>
    [labels[i], ...images.subarray(i * PIXELS, (i + 1) * PIXELS)].join(separator),
  );
  return `${[...(header === null ? [] : [header]), ...lines].join('\n')}\n`;
}

const uint16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const uint32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);

/** A deflated zip archive, as most programs write it. */
export function zip(files: Files): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const data = deflateRawSync(bytes);
    const fields = Buffer.concat([
      ...[uint16(20), uint16(0), uint16(8), uint32(0), uint32(crc32(bytes)), uint32(data.length)],
      ...[uint32(bytes.length), uint16(Buffer.byteLength(name)), uint16(0)],
    ]);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
    const rest = Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(0), uint32(offset)]);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), uint16(20), fields, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const count = uint16(centrals.length);
  const end = [uint16(0), uint16(0), count, count, uint32(directory.length), uint32(offset), uint16(0)];
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), ...end]);
}
