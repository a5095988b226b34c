/** Reads files from folders that other programs also write to, without blocking and with limited memory. */
import { type Stats, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';

/**
 * Links are not followed, and a pipe is opened without waiting for its other end. The opened file's type is checked,
 * not the path's, since the path may lead to another file a moment later. Windows has neither flag; they are 0 there.
 */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * @param maxBytes in bytes
 * @throws Error whose `reasonOf` says why it cannot be read; also for a link, a pipe, a folder or a larger file
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, FLAGS).catch(refuse);
  try {
    requireRegular(await file.stat(), maxBytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Reads a file that a person chose, who may have chosen a link to it.
 * @param maxBytes in bytes
 * @throws Error whose `reasonOf` says why it cannot be read
 */
export async function readChosenFile(path: string, maxBytes: number): Promise<Buffer> {
  const target = await realpath(path);
  // `readRegularFile` speaks of what the program itself saved.
  const { size } = await stat(target);
  if (size > maxBytes) {
    throw new Error(
      `it has ${size.toLocaleString('en')} bytes, more than the limit of ${maxBytes.toLocaleString('en')}`,
    );
  }
  return readRegularFile(target, maxBytes);
}

/** See `readRegularFile`. */
export function readRegularFileSync(path: string, maxBytes: number): Buffer {
  const file = openOrRefuse(path);
  try {
    requireRegular(fstatSync(file), maxBytes);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function openOrRefuse(path: string): number {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    return refuse(error);
  }
}

/** Explains the errors for links and sockets. */
function refuse(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  throw code === 'ELOOP' || code === 'ENXIO' ? notRegular() : error;
}

function requireRegular(status: Stats, maxBytes: number): void {
  if (!status.isFile()) throw notRegular();
  if (status.size > maxBytes)
    throw new Error(`it has ${status.size.toLocaleString('en')} bytes, far more than were saved`);
}

const notRegular = () => new Error('it is not a regular file');
