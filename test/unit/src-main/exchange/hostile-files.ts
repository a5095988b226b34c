/** Files that an attacker would make: hand-written pickles, and archives that contain them. */
import { crc32 } from 'node:zlib';

type Content =
  /** Calls a Python function with one text. */
  | { global: string; call: string }
  | { global: string; newObject: string }
  | { global: string; stackGlobal: string }
  | { global: string; instance: string }
  | { global: string; attribute: string }
  /** A dict with one tensor. */
  | { tensor: { name: string; shape: number[]; strides: number[]; length: number } };

export function pickleOf(content: Content): Buffer {
  return Buffer.from(`\x80\x02${textOf(content)}.`, 'latin1');
}

function textOf(content: Content): string {
  if ('tensor' in content) {
    const { name, shape, strides, length } = content.tensor;
    const storage = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}${int(length)}tQ`;
    const layout = `${int(0)}(${shape.map(int).join('')}t(${strides.map(int).join('')}t`;
    return `}${text(name)}ctorch._utils\n_rebuild_tensor_v2\n(${storage}${layout}\x89}tRs`;
  }
  const at = content.global.lastIndexOf('.');
  const [module, name] = [content.global.slice(0, at), content.global.slice(at + 1)];
  if ('call' in content) return `c${module}\n${name}\n${text(content.call)}\x85R`;
  if ('newObject' in content) return `c${module}\n${name}\n${text(content.newObject)}\x85\x81`;
  if ('stackGlobal' in content) return `${text(module)}${text(name)}\x93${text(content.stackGlobal)}\x85R`;
  if ('instance' in content) return `(${text(content.instance)}i${module}\n${name}\n`;
  return `}}${text('_metadata')}c${module}\n${name}\n${text(content.attribute)}\x85Rsb`;
}

function text(value: string): string {
  return `X${uint32(value.length)}${value}`;
}

function int(value: number): string {
  return `J${uint32(value)}`;
}

function uint32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
}

/** A file of PyTorch before 1.6 with this pickle as its content, and one float32 storage of 250 values. */
export function olderTorchFile(pickle: Buffer): Buffer {
  const before = `\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}${text('little_endian')}\x88s.`;
  const after = Buffer.from(`\x80\x02]${text('0')}a.${uint32(250)}${uint32(0)}`, 'latin1');
  return Buffer.concat([Buffer.from(before, 'latin1'), pickle, after, Buffer.alloc(1000)]);
}

interface Entry {
  path: string;
  content: Buffer;
  /** Deflates the content, and claims this length. */
  deflatedFrom?: number;
}

export function zipOf(entries: Entry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { path, content, deflatedFrom } of entries) {
    // From the needed version to the length of the extra field, as both kinds of header have it.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflatedFrom === undefined ? 0 : 8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(deflatedFrom ?? content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(path), content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(position, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), common, rest, Buffer.from(path));
    files.push(file);
    position += file.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...files, central, end]);
}
