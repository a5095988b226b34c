import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onPad } from '../../bench/handwriting';
import { describeScore, scoreOf } from '../../bench/score';
import { parseUnipen } from '../../bench/unipen';
import { temporaryFolder } from '../temporary-folder';

const ROOT = join(import.meta.dirname, '../../..');
const FILE = join(ROOT, 'test/fixtures/unipen/digits.txt');

function bench(...words: string[]) {
  return spawnSync(process.execPath, ['setup/bench-pad.mjs', ...words, '--fast'], { cwd: ROOT, encoding: 'utf8' });
}

describe('a UNIPEN file', () => {
  test('gives digits as strokes, which are placed upright on the pad', () => {
    const digits = parseUnipen(readFileSync(FILE, 'latin1'));
    expect(digits.map(({ label }) => label)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(digits.map(({ strokes }) => strokes.length)).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 1, 1]);
    const seven = onPad(digits[7]!).strokes.map(({ points }) => points.map(([x, y]) => [Math.round(x), Math.round(y)]));
    // Across the top, then down to the left.
    expect(seven[0]![0]).toEqual([90, 40]);
    expect(seven[0]!.some(([x, y]) => x === 190 && y === 40)).toBe(true);
    expect(seven[0]!.at(-1)).toEqual([132, 240]);
  });

  const begun = '.SEGMENT DIGIT 0 ? "8"\n.PEN_DOWN\n';
  test.each([
    ['', 'line 1: the file ends without a .SEGMENT DIGIT'],
    ['.PEN_DOWN\n', 'line 1: .PEN_DOWN before the first .SEGMENT'],
    ['.SEGMENT DIGIT 0 ? "A"\n', 'line 1: expected .SEGMENT DIGIT n ? "0" to "9"'],
    ['.SEGMENT DIGIT 0 ? "8"\n', 'line 1: the last digit has no strokes'],
    [`${begun} 1 2\n 3 four\n.PEN_UP\n`, 'line 4: expected a point "x y" or .PEN_UP, found: 3 four'],
    [`${begun} 1 2\n`, 'line 3: the file ends before .PEN_UP'],
    [`${begun}.PEN_UP\n`, 'line 3: a stroke without points'],
    [`${begun} 1 2\n.PEN_UP\n.PEN_UP\n`, 'line 5: .PEN_UP while the pen is up'],
    [`${begun} 1 2\n.PEN_UP\nnonsense\n`, 'line 5: expected a keyword, found: nonsense'],
  ])('that is malformed is refused with the line: %j', (text, message) => {
    expect(() => parseUnipen(text)).toThrow(message);
  });
});

test('"–" counts as wrong and has its own column', () => {
  const score = scoreOf([
    { label: 3, answer: 3 },
    { label: 3, answer: null },
    { label: 4, answer: 9 },
  ]);
  expect(score).toMatchObject({ total: 3, correct: 1, none: 1 });
  expect(score.confusion[3]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(score.confusion[4]![9]).toBe(1);
  expect(describeScore(score)).toContain('3: 1 of 2 right (50.00%), 1 "–"');
});

describe('npm run -s bench:pad', () => {
  test('reads the digits and says how many are correct', () => {
    const { status, stdout } = bench(FILE, '--json', '--limit', '5');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: 5, correct: 5, accuracy: 1, agreement: null });
  });

  test('says what is wrong with a file or with the command', async () => {
    const bad = join(await temporaryFolder(), 'bad.txt');
    writeFileSync(bad, 'not UNIPEN\n');
    expect(bench(bad)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('line 1: expected a keyword') as string,
    });
    expect(bench('missing.txt')).toMatchObject({ status: 1, stderr: expect.stringContaining('missing.txt') as string });
    expect(bench()).toMatchObject({ status: 2, stderr: expect.stringContaining('One FILE is needed') as string });
    expect(bench(FILE, '--limit', 'x')).toMatchObject({ status: 2 });
  });
});
