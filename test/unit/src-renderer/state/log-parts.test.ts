import { expect, test } from 'vitest';
import { type LogPart, withLines } from '../../../../src-renderer/state/log-parts';

const lines = (from: number, count: number) => Array.from({ length: count }, (_, i) => `line ${from + i}`);
const linesOf = (log: LogPart[]) => log.flatMap((part) => part.lines);

test('each line is in the log once, in order, however many arrive at a time', () => {
  let log: LogPart[] = [];
  let count = 0;
  for (const more of [1, 30, 0, 19, 51, 200, 7]) {
    log = withLines(log, lines(count, more));
    count += more;
    expect(linesOf(log)).toEqual(lines(0, count));
  }
});

test('a long log keeps the newest thousand lines, and only its last part changes', () => {
  let log = withLines([], lines(0, 1000));
  for (let count = 1000; count < 3000; count += 20) {
    const before = log;
    log = withLines(log, lines(count, 20));
    const kept = linesOf(log);
    expect(kept.length).toBeGreaterThanOrEqual(1000);
    expect(kept.length).toBeLessThan(1050);
    expect(kept).toEqual(lines(count + 20 - kept.length, kept.length));
    for (const part of before.slice(0, -1)) {
      const now = log.find(({ number }) => number === part.number);
      if (now !== undefined) expect(now).toBe(part);
    }
  }
});
