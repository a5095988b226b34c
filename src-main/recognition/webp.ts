/**
 * Decodes WebP files with libwebp compiled to WebAssembly, so that no second native library must coexist with
 * TensorFlow's in one process.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pictureProblems } from '@contract/picture-file';
import type { Rgba } from './bmp';

/** @throws Error saying what is wrong with the file */
export async function decodeWebp(bytes: Buffer): Promise<Rgba> {
  const { default: decode, init } = await import('@jsquash/webp/decode.js');
  // The class that the decoder returns, which only browsers have.
  Object.assign(globalThis, { ImageData: Pixels });
  const wasm = createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm');
  await init(await WebAssembly.compile(await readFile(wasm)));
  const file = new Uint8Array(bytes).buffer;
  const { width, height, data } = await decode(file).catch(() => {
    throw new Error(isAnimated(bytes) ? 'it is an animated WebP picture; save it as PNG' : pictureProblems.cutOff);
  });
  return { width, height, data: new Uint8Array(data) };
}

/** Whether the extended header, which is the first chunk, has the flag for animation. */
function isAnimated(bytes: Buffer): boolean {
  return bytes.toString('latin1', 12, 16) === 'VP8X' && (bytes[20]! & 2) !== 0;
}

class Pixels {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}
