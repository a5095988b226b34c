/**
 * Reads digits written with a pen from a UNIPEN file (I. Guyon et al., "UNIPEN project of on-line data exchange
 * and recognizer benchmarks", 1994): `.SEGMENT DIGIT n ? "8"` opens a digit, and `.PEN_DOWN`, lines `x y`, `.PEN_UP`
 * are each of its strokes. Other keywords are ignored.
 */

export interface PenDigit {
  label: number;
  /** In the tablet's units; x points right, y up. */
  strokes: [x: number, y: number][][];
}

/** A line that does not follow the format. */
export class UnipenError extends Error {
  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`);
  }
}

const SEGMENT = /^\.SEGMENT\s+DIGIT\s+\S+\s+\S+\s+"(\d)"$/;
const POINT = /^(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)$/;

/** @throws UnipenError with the number of the line, from 1 */
export function parseUnipen(text: string): PenDigit[] {
  const digits: PenDigit[] = [];
  const lines = text.trimEnd().split('\n');
  let penIsDown = false;
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    const wrong = (what: string) => new UnipenError(i + 1, what);
    const digit = digits.at(-1);
    if (line.startsWith('.SEGMENT')) {
      const label = SEGMENT.exec(line)?.[1];
      if (label === undefined) throw wrong(`expected .SEGMENT DIGIT n ? "0" to "9", found: ${line}`);
      if (penIsDown) throw wrong('a digit begins before .PEN_UP');
      if (digit?.strokes.length === 0) throw wrong('the digit before has no strokes');
      digits.push({ label: Number(label), strokes: [] });
    } else if (line === '.PEN_DOWN') {
      if (!digit) throw wrong('.PEN_DOWN before the first .SEGMENT');
      if (penIsDown) throw wrong('.PEN_DOWN while the pen is down');
      penIsDown = true;
      digit.strokes.push([]);
    } else if (line === '.PEN_UP') {
      if (!penIsDown) throw wrong('.PEN_UP while the pen is up');
      if (digit?.strokes.at(-1)?.length === 0) throw wrong('a stroke without points');
      penIsDown = false;
    } else if (penIsDown) {
      const point = POINT.exec(line);
      if (point === null) throw wrong(`expected a point "x y" or .PEN_UP, found: ${line || 'nothing'}`);
      digit!.strokes.at(-1)!.push([Number(point[1]), Number(point[2])]);
    } else if (line !== '' && !line.startsWith('.')) {
      throw wrong(`expected a keyword, found: ${line}`);
    }
  }
  if (penIsDown) throw new UnipenError(lines.length, 'the file ends before .PEN_UP');
  if (digits.length === 0) throw new UnipenError(lines.length, 'the file ends without a .SEGMENT DIGIT');
  if (digits.at(-1)!.strokes.length === 0) throw new UnipenError(lines.length, 'the last digit has no strokes');
  return digits;
}
