/** Encodes the Protocol Buffers that ONNX models need (https://protobuf.dev/programming-guides/encoding/). */

/** A field of a message: its number, wire type and value. A message is the concatenation of its fields. */
export type Field = Uint8Array;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** An integer from 0 to 2^53 - 1. */
export function integer(number: number, value: number): Field {
  return Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)]);
}

export function bytes(number: number, content: Uint8Array): Field {
  return Buffer.concat([
    Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(content.length)]),
    content,
  ]);
}

export function text(number: number, value: string): Field {
  return bytes(number, Buffer.from(value));
}

/** A message within a message. */
export function message(number: number, ...fields: Field[]): Field {
  return bytes(number, Buffer.concat(fields));
}

/** Seven bits per byte, the lowest first; the top bit means that another byte follows. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
