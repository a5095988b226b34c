/**
 * Consecutive lines of the log. The browser lays out only changed parts; with a thousand separate lines, adding or
 * removing a line took 4 ms.
 */
export interface LogPart {
  /** The index of its first line in the log, which identifies the part. */
  number: number;
  /** Oldest first. */
  lines: string[];
}

const linesInPart = 50;
/** The minimum number of lines kept. */
const keptLines = 1000;

/** Appends lines to the log. Unchanged parts are the same objects as before. */
export function withLines(log: LogPart[], lines: string[]): LogPart[] {
  const last = log.at(-1);
  const open = last !== undefined && last.lines.length < linesInPart ? last : null;
  const parts = open === null ? [...log] : log.slice(0, -1);
  const rest = open === null ? lines : [...open.lines, ...lines];
  const from = open?.number ?? (last === undefined ? 0 : last.number + last.lines.length);
  for (let i = 0; i < rest.length; i += linesInPart) {
    parts.push({ number: from + i, lines: rest.slice(i, i + linesInPart) });
  }
  const end = from + rest.length;
  return parts.filter(({ number, lines }) => number + lines.length > end - keptLines);
}

/** Whether a line of the log reports a test. */
export const isTestLine = (line: string): boolean => line.startsWith('Test set:');
