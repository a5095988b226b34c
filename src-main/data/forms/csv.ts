/** Reads text tables with one line per image, its label and its 784 pixels, like Kaggle's MNIST. */
import { Refusal } from '../../base/refusal';
import { kindOfFile } from '../../base/file-kind';
import type { DataFile } from '../data-files';
import { PIXELS } from '../mnist';
import { imagesOf, labelsOf } from './content';
import { type FoundDataset, type Part, type ReadSet, type SetReader, isPartFolder, partOf, readAs } from './form';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LABEL_NAME = /^(label|class|digit|target|y)s?$/i;

/** A table of something else, such as the names of pictures. */
export class OtherTable extends Refusal {}

interface NamedTable {
  file: DataFile;
  part: Part | null;
}

/** Each folder with tables is a dataset; a table whose name says neither training nor test is a whole dataset. */
export function findTables(files: DataFile[]): FoundDataset[] {
  const datasets = new Map<string, NamedTable[]>();
  for (const file of files) {
    if (!/\.(csv|tsv)(\.gz)?$/i.test(file.name)) continue;
    // An archive of tables does not count as a folder, and neither does a folder of one part.
    const folders = file.folders.filter((name) => !/\.(zip|csv)$/i.test(name));
    const partFolder = isPartFolder(folders.at(-1)) ? folders.pop()! : '';
    const folder = folders.join('/');
    const part = partOf(file.name) ?? partOf(partFolder);
    datasets.set(folder, [...(datasets.get(folder) ?? []), { file, part }]);
  }
  return [...datasets].map(([folder, tables]) => {
    const of = (part: Part) => tables.filter((table) => table.part === part).map((table) => table.file);
    // The tables of a competition's test have no labels.
    const tests = [...of('test'), ...of('validation')];
    const named = of('train');
    const [train, ...others] = named.length > 0 || tests.length > 0 ? named : tables.map(({ file }) => file);
    return {
      folder,
      train: train ? readerOf([train], others) : null,
      test: tests.length > 0 ? readerOf(tests) : null,
      mayLackTest: true,
    };
  });
}

/** Reads the first table that has labels. @param others the tables of the same part, which are left out */
function readerOf(files: DataFile[], others: DataFile[] = []): SetReader {
  return async () => {
    for (const file of files) {
      const set = await readAs(file, (bytes) => setIn(bytes, file.path));
      if (set) return { ...set, notices: [...set.notices, ...others.map((other) => leftOut(other, file))] };
    }
    return null;
  };
}

const leftOut = (other: DataFile, { name }: DataFile) => `${other.path} is left out: ${name} is used instead.`;

/** @returns null if the table has no labels @throws Refusal */
function setIn(bytes: Buffer, path: string): ReadSet | null {
  const table = parseTable(bytes);
  if (table.labels === null) return null;
  const count = table.labels.length;
  const images = imagesOf({ dims: [count, PIXELS], values: table.pixels });
  const labels = labelsOf({ dims: [count], values: table.labels });
  const notices = [images.notice, labels.notice].flatMap((notice) => (notice === null ? [] : [`${path} ${notice}.`]));
  return { count, images: images.content, labels: labels.content, notices };
}

interface Table {
  /** count x 784 */
  pixels: Float32Array;
  /** null if the table has pixels only. */
  labels: Float32Array | null;
}

/**
 * Reads a table whose values are separated by commas, semicolons or tabs. The label is the column that the header names
 * so, else the first column, or the last if the first contains no labels.
 * @throws Refusal saying which line is wrong, and why
 */
function parseTable(bytes: Buffer): Table {
  const kind = kindOfFile(bytes.subarray(0, 512), '');
  if (kind !== null) throw new Refusal(`it is ${kind}`);
  const text = (start: number, end: number) => bytes.toString('latin1', start, end).trim();
  // Spreadsheets can still write the line ends of old Macintosh computers.
  const newLine = bytes.includes(LINE_FEED) ? LINE_FEED : CARRIAGE_RETURN;
  const endOfLine = (start: number) => {
    const end = bytes.indexOf(newLine, start);
    return end === -1 ? bytes.length : end;
  };
  const firstEnd = endOfLine(0);
  const first = text(0, firstEnd).replace(/^\xef\xbb\xbf/, '');
  const separator = [',', ';', '\t'].find((candidate) => first.includes(candidate)) ?? ',';
  const names = first.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const hasHeader = names.some((name) => name !== '' && Number.isNaN(Number(name))) || areNumbers(names);
  const start = firstColumnOf(names, hasHeader);

  const rows: Float32Array[] = [];
  let line = hasHeader ? 2 : 1;
  for (let lineStart = hasHeader ? firstEnd + 1 : 0; lineStart < bytes.length; line++) {
    const end = endOfLine(lineStart);
    if (text(lineStart, Math.min(end, lineStart + 4)) !== '') {
      const row = new Float32Array(names.length);
      const count = parseLine(bytes, lineStart, end, separator.charCodeAt(0), row);
      if (count !== names.length) {
        throw new Refusal(
          `line ${line.toLocaleString('en')} has ${count} values, but the first line has ${names.length}`,
        );
      }
      const wrong = row.findIndex((value) => Number.isNaN(value));
      if (wrong !== -1) throw new Refusal(`value ${wrong + 1} of line ${line.toLocaleString('en')} is not a number`);
      rows.push(row);
    }
    lineStart = end + 1;
  }
  if (rows.length === 0) throw new Refusal('it contains no images');

  const label = names.length - start === PIXELS ? null : labelColumnOf(names, hasHeader, start, rows);
  const firstPixel = label === start ? start + 1 : start;
  const pixels = new Float32Array(rows.length * PIXELS);
  rows.forEach((row, i) => pixels.set(row.subarray(firstPixel, firstPixel + PIXELS), i * PIXELS));
  return { pixels, labels: label === null ? null : Float32Array.from(rows, (row) => row[label]!) };
}

/** Whether a first line is the header that pandas gives columns without names: 0, 1, 2 and so on. */
function areNumbers(names: string[]): boolean {
  const columns = names[0] === '' ? names.slice(1) : names;
  return columns.length > 2 && columns.every((name, i) => name === String(i));
}

/** The first column of labels and pixels. By default pandas writes the row number before it. @throws OtherTable */
function firstColumnOf(names: string[], hasHeader: boolean): number {
  const start = hasHeader && names.length > PIXELS && /^(|id|index|unnamed.*)$/i.test(names[0]!) ? 1 : 0;
  const values = names.length - start;
  if (values === PIXELS || values === PIXELS + 1) return start;
  throw new OtherTable(
    `its lines have ${names.length} values instead of ${PIXELS + 1}: a label and 28 x 28 = ${PIXELS} pixels`,
  );
}

function labelColumnOf(names: string[], hasHeader: boolean, start: number, rows: Float32Array[]): number {
  const last = start + PIXELS;
  const named = hasHeader ? [start, last].find((column) => LABEL_NAME.test(names[column]!)) : undefined;
  if (named !== undefined || rows.length === 1) return named ?? start;
  // The last pixel of an image is rarely inked, and labels are rarely all the same.
  const isBlank = (column: number) => rows.every((row) => row[column] === 0);
  return isBlank(start) && !isBlank(last) ? last : start;
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
