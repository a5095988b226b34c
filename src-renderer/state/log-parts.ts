/**
 * The log in parts of neighbouring lines. The browser lays out a part anew only when the part itself has changed, where
 * a thousand lines side by side took it 4 ms for each line that came and went.
 */
export interface LogPart {
  /** Its first line's place in the log, which tells old parts from new ones. */
  number: number;
  /** Oldest first. */
  lines: string[];
}

const linesInPart = 50;
/** At least so many are kept of a longer log. */
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
