/** Reads zip archives in memory. Each entry's checksum is verified, which yauzl does not do. */
import { crc32 } from 'node:zlib';
import { type Entry, type ZipFile, fromBufferPromise } from 'yauzl';
import { Refusal } from './refusal';

/** More than any archive that is read here has: MNIST as pictures has 70,000. */
const MAX_ENTRIES = 200_000;

/** The usual methods of compression. */
const STORED = 0;
const DEFLATED = 8;

export interface ZipEntry {
  /** The uncompressed size in bytes. */
  size: number;
  /** @param maxSize in bytes @throws Refusal if the entry is larger, damaged or encrypted */
  read(maxSize: number): Promise<Buffer>;
}

/** @returns the entries by path in the archive @throws Refusal if it is not a complete zip archive */
export async function readZip(bytes: Buffer): Promise<Map<string, ZipEntry>> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true });
    if (zip.entryCount > MAX_ENTRIES)
      throw new Refusal(`it is a zip archive of ${zip.entryCount.toLocaleString('en')} files, too many to read`);
    const entries = new Map<string, ZipEntry>();
    for await (const entry of zip.eachEntry()) {
      entries.set(entry.fileName, {
        size: entry.uncompressedSize,
        read: (maxSize) => readEntry(zip, entry, maxSize),
      });
    }
    return entries;
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('its zip archive is damaged or incomplete', { cause: error });
  }
}

async function readEntry(zip: ZipFile, entry: Entry, maxSize: number): Promise<Buffer> {
  const { fileName, uncompressedSize } = entry;
  if (uncompressedSize > maxSize) {
    throw new Refusal(
      `${fileName} in it has ${uncompressedSize.toLocaleString('en')} bytes, more than the limit of ${maxSize.toLocaleString('en')}`,
    );
  }
  let content: Buffer;
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    content = Buffer.concat(chunks);
  } catch (error) {
    const method = entry.compressionMethod;
    if (entry.isEncrypted()) throw new Refusal('its zip archive has a password. Unpack it first');
    if (method !== STORED && method !== DEFLATED) {
      throw new Refusal('its zip archive is compressed in an unusual way. Unpack it first');
    }
    throw new Refusal(`${fileName} in it cannot be unpacked (${reason(error)})`);
  }
  if (crc32(content) !== entry.crc32) throw new Refusal(`${fileName} in it is damaged: its checksum does not match`);
  return content;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
