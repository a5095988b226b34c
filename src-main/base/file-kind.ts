/** Recognises kinds of files that cannot be used here, so that a person learns what went wrong. */
import { extname } from 'node:path';

/** The first bytes of files, and the kinds that they identify. */
const beginnings: [beginning: string | RegExp, kind: string][] = [
  ['version https://git-lfs.github.com/spec/', 'a Git LFS pointer, not the file itself; fetch it with "git lfs pull"'],
  [/^\s*<(!doctype|html|head|\?xml|error)/i, 'a web page; the download failed, so download it again'],
  ['PK\x03\x04', 'a zip archive'],
  [/^(\xff\xfe|\xfe\xff)/, 'text in UTF-16; save it as UTF-8'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file, such as those of Keras'],
  ['\x93NUMPY', 'a NumPy array'],
  ['PAR1', 'a Parquet file'],
  ['MATLAB 5.0', 'a MATLAB file'],
  ['GGUF', 'a GGUF file'],
  ['\x1f\x8b', 'compressed with gzip; unpack it first'],
  ['\xfd7zXZ', 'compressed with xz; unpack it first'],
  ['BZh', 'compressed with bzip2; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'compressed with Zstandard; unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive; unpack it first'],
  ['Rar!\x1a\x07', 'a RAR archive; unpack it first'],
  ['\x89PNG\r\n\x1a\n', 'a picture'],
  ['\xff\xd8\xff', 'a picture'],
  ['%PDF-', 'a PDF document'],
  [/^\s*[{[]/, 'a JSON file'],
];

/** A tar archive has its signature at this offset. */
const TAR_POSITION = 257;

/**
 * @param bytes the file's first bytes; 300 are enough
 * @param path identifies a spreadsheet, which is a zip archive, and an ONNX model, since not all have the same first bytes
 * @returns e.g. "a web page; the download failed, so download it again"; null if unknown
 */
export function kindOfFile(bytes: Buffer, path: string): string | null {
  if (bytes.length === 0) return 'empty';
  const start = bytes.toString('latin1', 0, 200);
  if (start.startsWith('PK') && /\.(xlsx|ods)$/i.test(path)) return 'a spreadsheet; save it as CSV';
  for (const [beginning, kind] of beginnings) {
    if (typeof beginning === 'string' ? start.startsWith(beginning) : beginning.test(start)) return kind;
  }
  // The protocol version, 2 to 5.
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) return 'a Python pickle';
  // The first field is the format version, 3 to 12 so far; the second is the name of the producer.
  if (bytes[0] === 0x08 && bytes[1]! <= 0x20 && bytes[2] === 0x12) return 'an ONNX model';
  if (bytes.toString('latin1', TAR_POSITION, TAR_POSITION + 5) === 'ustar') return 'a tar archive; unpack it first';
  if (extname(path).toLowerCase() === '.onnx') return 'an ONNX model';
  return null;
}
