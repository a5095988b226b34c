/** What a lesson changed, in words. */
import type { LessonResult, LessonScore, LessonTest } from '@contract/lessons';
import { count, percent } from '../format';

/** "41 → 48 of 50" */
export const changeWords = ({ total, before, after }: LessonTest): string =>
  `${count(before.correct)} → ${count(after.correct)} of ${count(total)}`;

/** "96.0%, 95% interval 86.5 to 98.9%" */
export function scoreWords({ correct, interval }: LessonScore, total: number): string {
  const points = (fraction: number) => (100 * fraction).toFixed(1);
  return `${percent(correct / total)} (${points(interval.low)} to ${percent(interval.high)})`;
}

/** Whether it was worth it, and which network reads drawings now. */
export function verdictWords({ verdict, network, own }: LessonResult): string {
  const inUse = network === 'after' ? 'The taught network is in use.' : 'The network before it is in use.';
  if (verdict === 'gained') return `It reads more of your digits. ${inUse}`;
  if (verdict === 'lost-elsewhere') {
    return `It reads more of your digits, but it forgot too many of other people’s. ${inUse}`;
  }
  const reason =
    own.before.correct === own.total
      ? 'all of the digits that were held out were read before'
      : 'it reads no more of the digits that were held out';
  return `Nothing was gained: ${reason}. ${inUse}`;
}
