/**
 * The safetensors format (https://github.com/huggingface/safetensors, "Format"): an unsigned 64-bit little-endian header
 * length, a JSON header, the tensors' raw little-endian bytes in any order without gaps.
 */
import { z } from 'zod';
import { Refusal } from './refusal';

/** In bytes; larger than the header of any weights file, and small enough to be parsed at once. */
const MAX_HEADER = 1_000_000;

const count = z.number().int().nonnegative();
const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(count),
  data_offsets: z.tuple([count, count]),
});
export type SafetensorsEntry = z.infer<typeof Entry>;

export interface Safetensors {
  /** By tensor name, in the header's order. */
  entries: Map<string, SafetensorsEntry>;
  /** The bytes that the entries' `data_offsets` refer to. */
  data: Buffer;
  metadata: Record<string, string>;
}

/** A tensor to write. */
export interface TensorBytes {
  dtype: string;
  shape: number[];
  /** Row by row, little-endian. */
  bytes: Uint8Array;
}

/** Encodes tensors as a safetensors file, in their order. */
export function encodeTensors(tensors: Record<string, TensorBytes>, metadata: Record<string, string>): Buffer {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = offset;
    offset += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, offset] }];
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

/** Whether the bytes start like a safetensors file: a length, then a JSON object. */
export function isSafetensors(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes.readUInt32LE(4) === 0 && bytes.toString('latin1', 8, 9) === '{';
}

/** @throws Refusal if the file is incomplete or its header is invalid */
export function parseSafetensors(buffer: Buffer): Safetensors {
  if (buffer.length < 8) throw new Refusal(`it is too short (${buffer.length} of at least 8 bytes)`);
  const announced = buffer.readBigUInt64LE(0);
  const headerLength = Number(announced);
  if (announced > BigInt(Math.min(buffer.length - 8, MAX_HEADER))) {
    throw new Refusal(`its header cannot have ${number(announced)} bytes in a file of ${number(buffer.length)} bytes`);
  }
  const { entries, metadata } = parseHeader(buffer.subarray(8, 8 + headerLength));
  const data = buffer.subarray(8 + headerLength);
  for (const [name, { data_offsets }] of entries) {
    const [begin, end] = data_offsets;
    if (end < begin || end > data.length) {
      const where = `bytes ${number(begin)} to ${number(end)} of ${number(data.length)}`;
      throw new Refusal(`it is incomplete or damaged: ${name.slice(0, 100)} cannot be at ${where}`);
    }
  }
  return { entries, data, metadata };
}

const number = (value: number | bigint) => value.toLocaleString('en');

/** @throws Refusal unless the tensors, sorted by position, fill the data without gaps or overlaps */
export function requireNoGaps({ entries, data }: Pick<Safetensors, 'entries' | 'data'>): void {
  const ranges = [...entries.values()].map(({ data_offsets }) => data_offsets);
  let position = 0;
  for (const [begin, end] of ranges.sort(([a, aEnd], [b, bEnd]) => a - b || aEnd - bEnd)) {
    if (begin !== position) throw new Refusal('its tensors overlap or leave gaps');
    position = end;
  }
  if (position !== data.length) throw new Refusal('its tensors overlap or leave gaps');
}

function parseHeader(bytes: Buffer): Pick<Safetensors, 'entries' | 'metadata'> {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    const { __metadata__, ...entries } = z.record(z.string(), z.unknown()).parse(header);
    const metadata = z.record(z.string(), z.string()).default({}).parse(__metadata__);
    return { entries: new Map(Object.entries(z.record(z.string(), Entry).parse(entries))), metadata };
  } catch (error) {
    throw new Refusal('its header is not a valid safetensors header', { cause: error });
  }
}
