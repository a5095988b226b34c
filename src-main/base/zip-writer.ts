/** Writes zip archives without compression (PKWARE's APPNOTE.TXT, sections 4.3 and 4.5). */
import { crc32 } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_HEADER = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
/** The version needed to read the archive: 2.0. */
const VERSION = 20;
/** The earliest date in a zip archive, 1 January 1980. It is fixed, so that equal content gives equal bytes. */
const DATE = 0x21;
/** PyTorch's id for the extra field that only serves as padding. */
const PADDING_FIELD = 0x4246;

/**
 * @param files contents by path in the archive; fewer than 65,535, and less than 4 GB in total
 * @param alignment each content starts at a multiple of this many bytes
 */
export function encodeZip(files: ReadonlyMap<string, Uint8Array>, alignment = 1): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const padding = paddingField(offset + 30 + name.length, alignment);
    const common = commonHeader(content, name.length);
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, uint16(padding.length), name, padding]);
    directory.push(
      // In addition: the version that wrote it, then no extra field, comment, other disk or attributes.
      Buffer.concat([uint32(DIRECTORY_HEADER), uint16(VERSION), common, Buffer.alloc(12), uint32(offset), name]),
    );
    parts.push(local, Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    offset += local.length + content.byteLength;
  }
  const entries = Buffer.concat(directory);
  const count = uint16(directory.length);
  const end = [uint32(DIRECTORY_END), Buffer.alloc(4), count, count, uint32(entries.length), uint32(offset), uint16(0)];
  return Buffer.concat([...parts, entries, ...end]);
}

/** The part that both headers of a file share: from the version needed to the length of the name. */
function commonHeader(content: Uint8Array, nameLength: number): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(VERSION, 0);
  header.writeUInt16LE(DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(content.byteLength, 14);
  header.writeUInt32LE(content.byteLength, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}

/** @param position where the content would start without it */
function paddingField(position: number, alignment: number): Buffer {
  if (alignment === 1) return Buffer.alloc(0);
  const length = (alignment - ((position + 4) % alignment)) % alignment;
  return Buffer.concat([uint16(PADDING_FIELD), uint16(length), Buffer.alloc(length, 'Z')]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
