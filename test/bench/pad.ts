/**
 * Measures how well the pad reads handwriting: draws the digits of a UNIPEN file on it and counts the correct answers.
 * `npm run -s bench:pad -- FILE [--limit N] [--fast] [--json]`
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { reasonOf } from '../../src-main/base/errors';
import { loadBundledModel } from '../../src-main/recognition/bundled-model';
import { onPad } from './handwriting';
import { type Answer, type Reader, readerWithoutWindow, withWindow } from './replay';
import { describeScore, scoreOf } from './score';
import { type PenDigit, UnipenError, parseUnipen } from './unipen';

const USAGE = `Usage: npm run -s bench:pad -- FILE [--limit N] [--fast] [--json]
  FILE       digits as pen strokes, in the UNIPEN format
  --limit N  read only N digits, spread over the file
  --fast     read them without the window, with the same code
  --json     print the result as one line of JSON`;

/** Wrong usage: exit status 2. */
class UsageError extends Error {}
/** The file cannot be used: exit status 1. */
class FileError extends Error {}

function parseWords() {
  try {
    const options = { limit: { type: 'string' }, fast: { type: 'boolean' }, json: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('One FILE is needed.');
    const { limit, fast = false, json = false } = values;
    if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
      throw new UsageError(`--limit: "${limit}" is not a whole number of at least 1.`);
    return { file, limit: limit === undefined ? Infinity : Number(limit), fast, json };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readDigits(file: string): PenDigit[] {
  try {
    return parseUnipen(readFileSync(file, 'latin1'));
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${error instanceof UnipenError ? error.message : reasonOf(error)}`);
  }
}

function spread<T>(list: readonly T[], limit: number): T[] {
  const count = Math.min(limit, list.length);
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!);
}

async function readAll(digits: readonly PenDigit[], read: Reader): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const digit of digits) {
    answers.push(await read(onPad(digit)));
    if (process.stderr.isTTY) process.stderr.write(`\r${answers.length} of ${digits.length}`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return answers;
}

/** How many answers and previews are the same with and without the window. */
function agreementOf(window: readonly Answer[], without: readonly Answer[]) {
  const differences = window.map(({ preview }, i) =>
    preview.reduce((max, value, at) => Math.max(max, Math.abs(value - without[i]!.preview[at]!)), 0),
  );
  return {
    answers: window.filter(({ digit }, i) => digit === without[i]!.digit).length,
    previews: differences.filter((difference) => difference === 0).length,
    /** In grey levels of 0 to 255. */
    greatestDifference: Math.max(...differences),
  };
}

async function main(): Promise<void> {
  const { file, limit, fast, json } = parseWords();
  const digits = spread(readDigits(file), limit);
  const { problem } = await loadTensorFlow();
  if (problem !== null) process.stderr.write(`${problem}\n`);
  const without = await readAll(digits, readerWithoutWindow(await loadBundledModel()));
  let answers = without;
  if (!fast) await withWindow(async (read) => void (answers = await readAll(digits, read)));

  const score = scoreOf(digits.map(({ label }, i) => ({ label, answer: answers[i]!.digit })));
  const agreement = fast ? null : agreementOf(answers, without);
  if (json) console.log(JSON.stringify({ file, fast, ...score, accuracy: score.correct / score.total, agreement }));
  else console.log(describeScore(score));
  if (agreement && !json) {
    const { answers: same, previews, greatestDifference } = agreement;
    console.log(
      `Without the window: ${same} answers the same, and ${previews} previews (a pixel differs by ${greatestDifference} grey levels at most)`,
    );
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n${USAGE}`);
    else console.error(error instanceof FileError ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
