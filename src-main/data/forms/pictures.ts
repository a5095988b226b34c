/** Finds datasets of pictures, 28 x 28 pixels each, in folders named after their digit: `train/7/12.png`. */
import { dirname } from 'node:path';
import type { DataFile } from '../data-files';
import { listOf } from '../list-of';
import { CLASSES, PIXELS } from '../mnist';
import { type FoundDataset, type Part, type SetReader, partOf, readAs } from './form';

interface Example {
  file: DataFile;
  label: number;
}

interface PictureSet {
  examples: Example[];
  notices: string[];
}

const READABLE = /\.(png|jpe?g)$/i;
const PICTURE = /\.(png|jpe?g|bmp|gif|webp|tiff?)$/i;
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** How many of the pictures or folders that are left out are named. */
const MAX_NAMED = 3;

export function findPictures(files: DataFile[]): FoundDataset[] {
  const folders = new Map<string, DataFile[]>();
  for (const file of files) {
    if (file.folders.length === 0 || !PICTURE.test(file.name)) continue;
    const folder = file.folders.slice(0, -1).join('/');
    const pictures = folders.get(folder) ?? [];
    folders.set(folder, pictures);
    pictures.push(file);
  }
  const sets = [...folders].map(([folder, pictures]) => ({ part: partOfPath(folder), ...setOf(pictures) }));
  const found = sets.filter((set) => set.examples.length > 0);
  if (found.length === 0) return [];
  // Takes the larger one: a sample of the training set is often beside it.
  const bySize = found.sort((a, b) => b.examples.length - a.examples.length);
  const of = (part: Part | null) => bySize.find((set) => set.part === part);
  const test = of('test') ?? of('validation');
  const train = of('train') ?? of(null);
  return [{ folder: '', train: train ? readerOf(train) : null, test: test ? readerOf(test) : null, mayLackTest: true }];
}

/** The part that the innermost of the folders names. */
function partOfPath(path: string): Part | null {
  return (
    path
      .split('/')
      .map(partOf)
      .findLast((part) => part !== null) ?? null
  );
}

/** @param pictures in folders beside each other, of which those named after a digit count */
function setOf(pictures: DataFile[]): PictureSet {
  const labelled = pictures.flatMap((file) => {
    const label = labelOf(file.folders.at(-1)!);
    return label === null ? [] : [{ file, label }];
  });
  // 10 is often used for the digit 0.
  const ten = labelled.find(({ label }) => label === CLASSES);
  const isTenZero =
    labelled.some(({ label }) => label < CLASSES) && labelled.every(({ label }) => label >= 1 && label <= CLASSES);
  const ofDigits = labelled
    .filter(({ label }) => label < CLASSES || isTenZero)
    .map(({ file, label }) => ({ file, label: label % CLASSES }));
  // Pictures of other kinds are refused if there are no others.
  const readable = ofDigits.filter(({ file }) => READABLE.test(file.name));
  const examples = readable.length > 0 ? readable : ofDigits;
  const used = new Set(examples.map(({ file }) => file));
  const digits = new Set(ofDigits.map(({ file }) => file));
  const others = new Set(pictures.filter((file) => !digits.has(file)).map((file) => dirname(file.path)));
  const unread = ofDigits.flatMap(({ file }) => (used.has(file) ? [] : [file.path]));
  const notices = [
    ...(ten && isTenZero ? [`The pictures in ${dirname(ten.file.path)} were read as the digit 0.`] : []),
    ...(others.size > 0
      ? [`Left out, since only digits are read: the pictures in ${listOf([...others], MAX_NAMED)}.`]
      : []),
    ...(unread.length > 0
      ? [`Left out, since only PNG and JPEG pictures are read: ${listOf(unread, MAX_NAMED)}.`]
      : []),
  ];
  return { examples, notices };
}

/** "7", "07", "seven", "class_7" or "digit 7"; null for other names. */
function labelOf(folder: string): number | null {
  const number = /^(?:(?:class|digit|label|number)[-_ ]?)?(\d{1,2})$/i.exec(folder)?.[1];
  if (number !== undefined) return Number(number);
  const word = WORDS.indexOf(folder.toLowerCase());
  return word === -1 ? null : word;
}

function readerOf({ examples, notices }: PictureSet): SetReader {
  return async () => {
    // Loaded on demand, since the decoders would slow the start down.
    const { pixelsOf } = await import('./picture-pixels');
    const ordered = inTurns(examples);
    const images = new Uint8Array(ordered.length * PIXELS);
    for (const [i, { file }] of ordered.entries()) images.set(await readAs(file, pixelsOf), i * PIXELS);
    return { count: ordered.length, images, labels: Uint8Array.from(ordered, ({ label }) => label), notices };
  };
}

/** Orders pictures as the first of each digit, then the second of each and so on, so that any part has all digits. */
function inTurns(examples: Example[]): Example[] {
  const turns = Array<number>(CLASSES).fill(0);
  return [...examples]
    .sort((a, b) => a.file.name.localeCompare(b.file.name, 'en', { numeric: true }))
    .map((example) => ({ example, turn: turns[example.label]!++ }))
    .sort((a, b) => a.turn - b.turn || a.example.label - b.example.label)
    .map(({ example }) => example);
}
