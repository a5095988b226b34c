/** Lists the files of a data folder. Archives and compressed files are recognised by their content, not their names. */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError, reasonOf } from '../base/errors';
import { Refusal } from '../base/refusal';
import { readZip } from '../base/zip';

/** In bytes; no MNIST-like dataset has a larger file, even as text or 64-bit numbers. */
const MAX_SIZE = 2 ** 30;

/** MNIST as pictures has 70,000 files, up to four folders below the one that people choose. */
const MAX_FILES = 200_000;
export const MAX_DEPTH = 5;

/** Compressed files may be compressed again. */
const MAX_LAYERS = 3;

/** An archive in another one is unpacked to memory at once. */
const MAX_INNER_SIZE = 2 ** 28;

export interface DataFile {
  /** For messages. The path of a file in an archive starts with the archive's path. */
  path: string;
  /** Its folders below the chosen one, including archives. */
  folders: string[];
  name: string;
  /** Uncompressed. @throws Refusal saying why it cannot be read */
  read(): Promise<Buffer>;
}

/**
 * Lists the files of a folder and its subfolders, except hidden ones.
 * @param path a folder or an archive
 * @param mayBeArchive whether a file's content is worth checking, judging by its name
 * @throws UserError `dataset-invalid` if there is no such folder, or it contains far too many files
 */
export async function listDataFiles(path: string, mayBeArchive: (name: string) => boolean): Promise<DataFile[]> {
  const files: DataFile[] = [];
  try {
    const status = await stat(path);
    if (status.isDirectory()) await addFolder(path, [], files, mayBeArchive);
    else if (status.isFile()) await addFile(path, [], files, true);
    else throw new Refusal('it is not a folder');
    const [only] = files;
    if (files.length === 1 && only?.path === path && !/\.(csv|tsv)(\.gz)?$/i.test(path)) {
      throw new Refusal('it is not a folder');
    }
  } catch (error) {
    const reason = error instanceof Refusal ? error.message : reasonOf(error);
    throw new UserError(
      'dataset-invalid',
      `The data in ${path} cannot be read: ${reason}. Choose the dataset's folder.`,
      {
        cause: error,
      },
    );
  }
  return files;
}

async function addFolder(
  path: string,
  folders: string[],
  files: DataFile[],
  mayBeArchive: (name: string) => boolean,
): Promise<void> {
  if (folders.length > MAX_DEPTH) return;
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  if (files.length + names.length > MAX_FILES) {
    throw new Refusal(`it contains more than ${MAX_FILES.toLocaleString('en')} files`);
  }
  if (names.length === 0 && folders.length > 0) {
    files.push({ path, folders: folders.slice(0, -1), name: basename(path), read: () => refuse('it is a folder') });
  }
  const entries = await readdir(path, { withFileTypes: true });
  const plain = new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name));
  for (const name of names) {
    const child = join(path, name);
    // Links are followed, since people may keep their data elsewhere. Plain files need no `stat`.
    const isFolder = !plain.has(name) && (await stat(child).catch(() => null))?.isDirectory();
    if (isFolder) {
      await addFolder(child, [...folders, name], files, mayBeArchive).catch((error: unknown) => {
        // An unreadable folder is no reason to refuse the others.
        if (error instanceof Refusal) throw error;
      });
    } else await addFile(child, folders, files, mayBeArchive(name));
  }
}

async function addFile(path: string, folders: string[], files: DataFile[], mayBeArchive: boolean): Promise<void> {
  const name = basename(path);
  const file = { path, folders, name, read: () => readDataFile(path) };
  // A file that cannot be read is reported when it is needed.
  const start = mayBeArchive ? await readStart(path).catch(() => null) : null;
  if (start && isZip(start)) await addArchive(file, files, MAX_INNER_SIZE);
  else files.push(file);
}

/**
 * Lists an archive's files, except hidden ones, and those of archives in it, such as `mnist.npz`.
 * @param room how large, in bytes, all archives in it may be
 */
async function addArchive(archive: DataFile, files: DataFile[], room: number): Promise<void> {
  try {
    let left = room;
    for (const [entry, content] of await readZip(await archive.read())) {
      const names = entry.split('/');
      // macOS adds a hidden file for each file.
      if (entry.endsWith('/') || names.some((name) => name.startsWith('.'))) continue;
      const file = {
        path: join(archive.path, entry),
        folders: [...archive.folders, archive.name, ...names.slice(0, -1)],
        name: names.at(-1)!,
        read: async () => unpack(await content.read(MAX_SIZE)),
      };
      if (/\.(zip|npz)$/i.test(file.name) && content.size <= left) {
        left -= content.size;
        await addArchive(file, files, 0);
      } else files.push(file);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    files.push({ ...archive, read: () => refuse(error.message) });
  }
}

/** Enough bytes to recognise a kind of file. */
const START_SIZE = 512;

/** The first bytes of a file on disk, not unpacked. */
async function readStart(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_SIZE), 0, START_SIZE, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readDataFile(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    return await unpack(await file.readFile());
  } finally {
    await file.close();
  }
}

/** Opens a file without blocking, as opening a pipe would, and checks its type before anything is read. */
async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw new Refusal((error as NodeJS.ErrnoException).code === 'ENXIO' ? 'it is not a file' : reasonOf(error));
  });
  try {
    const status = await file.stat();
    if (status.isDirectory()) throw new Refusal('it is a folder');
    if (!status.isFile()) throw new Refusal('it is not a file but a pipe or a device');
    if (status.size > MAX_SIZE) {
      throw new Refusal(
        `it has ${status.size.toLocaleString('en')} bytes, more than the limit of ${MAX_SIZE.toLocaleString('en')}`,
      );
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A file's first bytes below any compression. @throws Refusal saying why it cannot be read */
export async function startOf(file: DataFile): Promise<Buffer> {
  // Files in archives have no path of their own.
  const start = await readStart(file.path).catch(() => null);
  // An archive is listed instead of its files only if it cannot be read.
  return start === null || isGzip(start) || isZip(start) ? (await file.read()).subarray(0, START_SIZE) : start;
}

const isZip = (bytes: Buffer) => bytes.toString('latin1', 0, 4) === 'PK\x03\x04';
const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unpack(bytes: Buffer): Promise<Buffer> {
  let content = bytes;
  for (let layer = 0; layer < MAX_LAYERS && isGzip(content); layer++) content = await unzip(content);
  return content;
}

async function unzip(bytes: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_SIZE });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new Refusal('its gzip data is cut off. Download it again');
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal(`it unpacks to more than ${MAX_SIZE.toLocaleString('en')} bytes`);
    }
    throw new Refusal(`its gzip data is damaged (${reasonOf(error)}). Download it again`);
  }
}

function refuse(why: string): Promise<never> {
  return Promise.reject(new Refusal(why));
}
