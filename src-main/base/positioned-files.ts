/** Reads and writes at positions in open files, whole where the system does it in parts. */
import { constants, readSync, writeSync } from 'node:fs';

/** For opening: links are not followed, and pipes do not block. Windows has neither flag; they are 0 there. */
export const SAFELY = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** @returns fewer bytes at the end of the file */
export function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}

export function writeWhole(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
