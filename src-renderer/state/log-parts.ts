/**
 * Neighbouring lines of the log. The browser lays out only the parts that changed; with a thousand separate lines, each
 * line that was added or removed took it 4 ms.
 */
export interface LogPart {
  /** The index of its first line in the log, which identifies the part. */
  number: number;
  /** Oldest first. */
  lines: string[];
}

const linesInPart = 50;
/** At least this many lines are kept. */
const keptLines = 1000;

/** The log with more lines at its end. Parts that stay as they were are the very objects of the old one. */
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

/** Whether a line of the log tells of a test. */
export const isTestLine = (line: string): boolean => line.startsWith('Test set:');
