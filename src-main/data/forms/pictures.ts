/** Finds datasets of pictures, 28 x 28 pixels each, in folders named after their digit: `train/7/12.png`. */
import type { DataFile } from '../data-files';
import { PIXELS } from '../mnist';
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
    // Loaded on demand, since the decoders would slow the start down.
    const { pixelsOf } = await import('./picture-pixels');
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
