/** The score of a reader: how often it read which digit as which. */

/** One digit and what was answered; null is the answer "–". */
export interface Reading {
  label: number;
  answer: number | null;
}

export interface DigitScore {
  digit: number;
  total: number;
  correct: number;
  /** How many were answered "–"; they count as wrong. */
  none: number;
}

export interface Score {
  total: number;
  correct: number;
  none: number;
  digits: DigitScore[];
  /** 10 rows, one per digit; columns 0 to 9 are the answers, column 10 is "–". */
  confusion: number[][];
}

const NONE = 10;

export function scoreOf(readings: readonly Reading[]): Score {
  const confusion = Array.from({ length: 10 }, () => Array<number>(NONE + 1).fill(0));
  for (const { label, answer } of readings) confusion[label]![answer ?? NONE]!++;
  const digits = confusion.map((row, digit) => ({
    digit,
    total: row.reduce((a, b) => a + b),
    correct: row[digit]!,
    none: row[NONE]!,
  }));
  const sum = (of: 'total' | 'correct' | 'none') => digits.reduce((all, score) => all + score[of], 0);
  return { total: sum('total'), correct: sum('correct'), none: sum('none'), digits, confusion };
}

/** The score as lines of text. */
export function describeScore({ total, correct, none, digits, confusion }: Score): string {
  const share = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)}%`);
  const cell = (value: number | string) => String(value).padStart(6);
  return [
    `All: ${correct} of ${total} right (${share(correct, total)}), ${none} answered "–"`,
    ...digits.map(
      (d) => `  ${d.digit}: ${d.correct} of ${d.total} right (${share(d.correct, d.total)}), ${d.none} "–"`,
    ),
    'Confusion (rows: what was written, columns: what was answered)',
    `      ${[...digits.keys(), '–'].map(cell).join('')}`,
    ...confusion.map((row, digit) => `${cell(digit)}${row.map(cell).join('')}`),
  ].join('\n');
}
