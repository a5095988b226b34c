/** Joins pictures to an animated PNG (APNG, see the PNG specification, third edition). */
import { crc32 } from 'node:zlib';

const SIGNATURE = 8;

interface Chunk {
  type: string;
  data: Buffer;
}

function* chunksOf(png: Buffer): Generator<Chunk> {
  for (let at = SIGNATURE; at < png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

function chunk(type: string, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  return Buffer.concat([numbers(content.length - 4), content, numbers(crc32(content))]);
}

/** Each as four bytes. */
function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

/**
 * @param frames PNG files of the same size and kind of pixels
 * @param seconds each frame's time
 * @returns an animation that repeats for ever; programs that show no animations show the first frame
 */
export function animatedPng(frames: readonly Buffer[], seconds: readonly number[]): Buffer {
  const [first] = frames;
  const header = [...chunksOf(first!)].find(({ type }) => type === 'IHDR')!.data;
  const size = header.subarray(0, 8);
  const parts = [first!.subarray(0, SIGNATURE), chunk('IHDR', header), chunk('acTL', numbers(frames.length, 0))];
  let sequence = 0;
  frames.forEach((frame, i) => {
    const delay = Buffer.alloc(6);
    delay.writeUInt16BE(Math.round(1000 * seconds[i]!), 0);
    delay.writeUInt16BE(1000, 2);
    parts.push(chunk('fcTL', numbers(sequence++), size, numbers(0, 0), delay));
    for (const { type, data } of chunksOf(frame)) {
      if (type !== 'IDAT') continue;
      parts.push(i === 0 ? chunk('IDAT', data) : chunk('fdAT', numbers(sequence++), data));
    }
  });
  return Buffer.concat([...parts, chunk('IEND')]);
}
