/** Reads text tables with one line per image, its label and its 784 pixels, like Kaggle's MNIST. */
import { Refusal } from '../../base/refusal';
import { kindOfFile } from '../../base/file-kind';
import type { DataFile } from '../data-files';
import { PIXELS } from '../mnist';
import { imagesOf, labelsOf } from './content';
import { type FoundDataset, type SetReader, partOf, readAs } from './form';

const LINE_FEED = 0x0a;
const LABEL_NAME = /^(label|class|digit|target|y)$/i;

/** Each folder with tables is a dataset; a table whose name says neither training nor test is a whole dataset. */
export function findTables(files: DataFile[]): FoundDataset[] {
  const datasets = new Map<string, DataFile[]>();
  for (const file of files) {
    if (!/\.(csv|tsv)(\.gz)?$/i.test(file.name)) continue;
    // An archive of tables does not count as a folder.
    const folder = file.folders.filter((name) => !/\.(zip|csv)$/i.test(name)).join('/');
    datasets.set(folder, [...(datasets.get(folder) ?? []), file]);
  }
  return [...datasets].map(([folder, tables]) => {
    const train = tables.find((file) => partOf(file.name) === 'train');
    const test = tables.find((file) => partOf(file.name) === 'test');
    const whole = train ?? (test ? undefined : tables[0]);
    return { folder, train: whole ? readerOf(whole) : null, test: test ? readerOf(test) : null, mayLackTest: true };
  });
}

function readerOf(file: DataFile): SetReader {
  return () =>
    readAs(file, (bytes) => {
      const table = parseTable(bytes);
      if (table.labels === null) return null;
      const count = table.labels.length;
      const images = imagesOf({ dims: [count, PIXELS], values: table.pixels });
      const labels = labelsOf({ dims: [count], values: table.labels });
      const notices = [images.notice, labels.notice].flatMap((notice) =>
        notice === null ? [] : [`${file.path} ${notice}.`],
      );
      return { count, images: images.content, labels: labels.content, notices };
    });
}

export interface Table {
  /** count x 784 */
  pixels: Float32Array;
  /** null if the table has pixels only. */
  labels: Float32Array | null;
}

/**
 * Reads a table whose values are separated by commas, semicolons or tabs. With a header, the label is the column with
 * that name, else the first column, or the last if the first contains no labels.
 * @throws Refusal saying which line is wrong, and why
 */
export function parseTable(bytes: Buffer): Table {
  const kind = kindOfFile(bytes.subarray(0, 512), '');
  if (kind !== null) throw new Refusal(`it is ${kind}`);
  const text = (start: number, end: number) => bytes.toString('latin1', start, end).trim();
  const firstEnd = endOfLine(bytes, 0);
  const first = text(0, firstEnd).replace(/^\xef\xbb\xbf/, '');
  const separator = [',', ';', '\t'].find((candidate) => first.includes(candidate)) ?? ',';
  const names = first.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const hasHeader = names.some((name) => name !== '' && Number.isNaN(Number(name)));
  const columns = columnsOf(names, hasHeader);

  const rows: Float32Array[] = [];
  let line = hasHeader ? 2 : 1;
  for (let start = hasHeader ? firstEnd + 1 : 0; start < bytes.length; line++) {
    const end = endOfLine(bytes, start);
    if (text(start, Math.min(end, start + 4)) !== '') {
      const row = new Float32Array(names.length);
      const count = parseLine(bytes, start, end, separator.charCodeAt(0), row);
      if (count !== names.length) {
        throw new Refusal(
          `line ${line.toLocaleString('en')} has ${count} values, but the first line has ${names.length}`,
        );
      }
      const wrong = row.findIndex((value) => Number.isNaN(value));
      if (wrong !== -1) throw new Refusal(`value ${wrong + 1} of line ${line.toLocaleString('en')} is not a number`);
      rows.push(row);
    }
    start = end + 1;
  }
  if (rows.length === 0) throw new Refusal('it contains no images');

  const { label, firstPixel } = hasHeader ? columns : guessLabel(columns, rows);
  const pixels = new Float32Array(rows.length * PIXELS);
  rows.forEach((row, i) => pixels.set(row.subarray(firstPixel, firstPixel + PIXELS), i * PIXELS));
  return { pixels, labels: label === null ? null : Float32Array.from(rows, (row) => row[label]!) };
}

interface Columns {
  label: number | null;
  firstPixel: number;
}

function columnsOf(names: string[], hasHeader: boolean): Columns {
  // By default pandas writes the row number first.
  const index = hasHeader && names.length > PIXELS && /^(|id|index|unnamed.*)$/i.test(names[0]!) ? 1 : 0;
  const values = names.length - index;
  if (values === PIXELS) return { label: null, firstPixel: index };
  if (values !== PIXELS + 1) {
    throw new Refusal(
      `its lines have ${names.length} values instead of ${PIXELS + 1}: a label and 28 x 28 = ${PIXELS} pixels`,
    );
  }
  const isLast = hasHeader && LABEL_NAME.test(names.at(-1)!);
  return isLast ? { label: names.length - 1, firstPixel: index } : { label: index, firstPixel: index + 1 };
}

/** Without a header: the last pixel of an image is rarely inked, and labels are rarely all the same. */
function guessLabel(columns: Columns, rows: Float32Array[]): Columns {
  if (columns.label === null || rows.length === 1) return columns;
  const isBlank = (column: number) => rows.every((row) => row[column] === 0);
  return isBlank(0) && !isBlank(PIXELS) ? { label: PIXELS, firstPixel: 0 } : columns;
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(LINE_FEED, start);
  return end === -1 ? bytes.length : end;
}

/**
 * Parses the numbers of a line into `row`. Digits are read directly from the bytes: MNIST as text has 47 million
 * numbers, and creating a string for each would take half a minute.
 * @returns the number of values in the line; invalid numbers become NaN
 */
function parseLine(bytes: Buffer, start: number, end: number, separator: number, row: Float32Array): number {
  let column = 0;
  let valueStart = start;
  let value = 0;
  let isPlain = true;
  for (let i = start; i <= end; i++) {
    const byte = i === end ? separator : bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39) value = 10 * value + byte - 0x30;
    else if (byte !== separator) isPlain = false;
    else {
      if (column < row.length) row[column] = isPlain && i > valueStart ? value : numberOf(bytes, valueStart, i);
      column++;
      valueStart = i + 1;
      value = 0;
      isPlain = true;
    }
  }
  return column;
}

function numberOf(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end).replace(/["\s]|^\xef\xbb\xbf/g, '');
  return text === '' ? NaN : Number(text);
}
