/**
 * Makes `toEqual` fast for typed arrays. It compares them number by number, which takes 70 ms for a network's weights and a
 * second for 640 images. Equal bytes are equal numbers; for others, the usual comparison decides and shows the difference.
 */
import { expect } from 'vitest';

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

expect.addEqualityTesters([
  (a: unknown, b: unknown) => {
    if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
    return bytesOf(a).equals(bytesOf(b)) ? true : undefined;
  },
]);
