/** Finds datasets of pictures, 28 x 28 pixels each, in folders named after their digit: `train/7/12.png`. */
import { PNG } from 'pngjs';
import jpeg from 'jpeg-js';
import { kindOfFile } from '../../base/file-kind';
import { Refusal } from '../../base/refusal';
import type { DataFile } from '../data-files';
import { PIXELS, SIDE } from '../mnist';
import { type FoundDataset, type SetReader, partOf, readAs } from './form';

interface Example {
  file: DataFile;
  label: number;
}

export function findPictures(files: DataFile[]): FoundDataset[] {
  const sets = new Map<string, Example[]>();
  for (const file of files) {
    const label = file.folders.at(-1);
    if (label === undefined || !/^\d$/.test(label) || !/\.(png|jpe?g)$/i.test(file.name)) continue;
    const set = file.folders.slice(0, -1).join('/');
    const examples = sets.get(set) ?? [];
    sets.set(set, examples);
    examples.push({ file, label: Number(label) });
  }
  if (sets.size === 0) return [];
  // Takes the larger one: a sample of the training set is often beside it.
  const bySize = [...sets].sort(([, a], [, b]) => b.length - a.length);
  const of = (part: 'train' | 'test') => bySize.find(([folder]) => partOf(folder) === part)?.[1];
  const test = of('test');
  const train = of('train') ?? bySize.find(([folder]) => partOf(folder) === null)?.[1];
  return [{ folder: '', train: train ? readerOf(train) : null, test: test ? readerOf(test) : null, mayLackTest: true }];
}

function readerOf(examples: Example[]): SetReader {
  return async () => {
    const ordered = inTurns(examples);
    const images = new Uint8Array(ordered.length * PIXELS);
    for (const [i, { file }] of ordered.entries()) images.set(await readAs(file, pixelsOf), i * PIXELS);
    return { count: ordered.length, images, labels: Uint8Array.from(ordered, ({ label }) => label), notices: [] };
  };
}

/** Orders pictures as the first of each digit, then the second of each and so on, so that any part has all digits. */
function inTurns(examples: Example[]): Example[] {
  const turns = Array<number>(10).fill(0);
  return [...examples]
    .sort((a, b) => a.file.name.localeCompare(b.file.name, 'en', { numeric: true }))
    .map((example) => ({ example, turn: turns[example.label]!++ }))
    .sort((a, b) => a.turn - b.turn || a.example.label - b.example.label)
    .map(({ example }) => example);
}

function pixelsOf(bytes: Buffer): Uint8Array {
  const { data } = decode(bytes);
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    // Luma according to ITU-R BT.601; transparent pixels are background, which is 0.
    const luma = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
    pixels[i] = Math.round((luma * data[4 * i + 3]!) / 255);
  }
  return pixels;
}

function decode(bytes: Buffer): { width: number; height: number; data: Uint8Array } {
  if (bytes.toString('latin1', 0, 4) === '\x89PNG') {
    // Checked before decoding: the first chunk begins with the width and the height.
    if (bytes.length < 24) throw new Refusal('it is cut off');
    requireSize(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    return PNG.sync.read(bytes);
  }
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') {
    const picture = jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: 1 });
    requireSize(picture.width, picture.height);
    return picture;
  }
  const kind = kindOfFile(bytes, '');
  throw new Refusal(kind === null ? 'it is neither a PNG nor a JPEG picture' : `it is ${kind}`);
}

function requireSize(width: number, height: number): void {
  if (width !== SIDE || height !== SIDE) {
    throw new Refusal(`it has ${width} x ${height} pixels instead of ${SIDE} x ${SIDE}`);
  }
}
