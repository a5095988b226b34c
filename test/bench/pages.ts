/**
 * Measures how well pages of several digits are read: `npm run -s bench:pages -- [FILE] [--pages N] [--seed N] [--failures DIR]`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { loadDataset } from '../../src-main/data/load';
import { PIXELS, SIDE } from '../../src-main/data/mnist';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { loadBundledModel } from '../../src-main/recognition/bundled-model';
import type { Picture } from '../../src-main/recognition/picture';
import { rasterize } from '../../src-main/recognition/rasterize';
import { carefulAnswer, readInk } from '../../src-main/recognition/reading';
import { recognizeDigits } from '../../src-main/recognition/several';
import { onPad } from './handwriting';
import { type WrittenDigit, makePage } from './page';
import { parseUnipen } from './unipen';

const USAGE = `Usage: npm run -s bench:pages -- [FILE] [--pages N] [--seed N] [--failures DIR]
  FILE            digits as pen strokes, in the UNIPEN format; by default, MNIST's test images
  --pages N       the number of pages (default: 200)
  --seed N        makes other pages
  --failures DIR  saves the pages that were misread here`;

type Whole = (min: number, max: number) => number;

async function mnistDigits(): Promise<(whole: Whole) => WrittenDigit> {
  const { test } = await loadDataset(null);
  return (whole) => {
    const i = whole(0, test.count - 1);
    const values = test.images.subarray(i * PIXELS, (i + 1) * PIXELS);
    return { label: test.labels[i]!, ink: { width: SIDE, height: SIDE, values } };
  };
}

function penDigits(file: string): (whole: Whole) => WrittenDigit {
  const digits = parseUnipen(readFileSync(file, 'latin1'));
  return (whole) => {
    const digit = digits[whole(0, digits.length - 1)]!;
    return { label: digit.label, ink: rasterize(onPad(digit)) };
  };
}

function save(file: string, { width, height, values }: Picture): void {
  const png = new PNG({ width, height });
  values.forEach((value, at) => png.data.set([value, value, value, 255], 4 * at));
  writeFileSync(file, PNG.sync.write(png));
}

async function main(): Promise<number> {
  const options = { pages: { type: 'string' }, seed: { type: 'string' }, failures: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [pages, seed] = [Number(values.pages ?? 200), Number(values.seed ?? 1)];
  if (positionals.length > 1 || !(pages >= 1) || !Number.isInteger(seed)) {
    console.error(USAGE);
    return 2;
  }
  if (values.failures !== undefined) mkdirSync(values.failures, { recursive: true });
  const next = positionals[0] === undefined ? await mnistDigits() : penDigits(positionals[0]);
  await loadTensorFlow();
  const reader = await loadBundledModel();
  let [right, parted, readable, milliseconds] = [0, 0, 0, 0];
  for (let index = 0; index < pages; index++) {
    const hard: number[] = [];
    const { picture, text } = makePage(seed, index, (whole) => {
      const digit = next(whole);
      if (readInk(reader, digit.ink, carefulAnswer).digit !== digit.label) hard.push(digit.label);
      return digit;
    });
    const began = performance.now();
    const read = recognizeDigits(reader, picture).text;
    milliseconds += performance.now() - began;
    if (hard.length === 0) readable++;
    if (read.length === text.length) parted++;
    if (read === text) right++;
    else {
      console.log(
        `page ${index}: ${text} read as ${read}${hard.length === 0 ? '' : ` (misread alone: ${hard.join(', ')})`}`,
      );
      if (values.failures !== undefined)
        save(join(values.failures, `${index}-${text}-${read.replaceAll('?', '_')}.png`), picture);
    }
  }
  console.log(`${right} of ${pages} pages read correctly, ${parted} with the right number of digits`);
  console.log(`${readable} whose digits are all read correctly alone; ${Math.round(milliseconds / pages)} ms per page`);
  return 0;
}

process.exit(await main());
