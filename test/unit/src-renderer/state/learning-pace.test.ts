import { expect, test, vi } from 'vitest';
import { LearningPace } from '../../../../src-renderer/state/learning-pace';

test('while a network learns, the same drawing is explained once a second, and another one at once', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const view = { isLearning: true };
  const pace = new LearningPace(view);
  expect([pace.allows('a'), pace.allows('a'), pace.allows('b'), pace.allows('b')]).toEqual([true, false, true, false]);
  vi.advanceTimersByTime(999);
  expect(pace.allows('b')).toBe(false);
  vi.advanceTimersByTime(1);
  expect([pace.allows('b'), pace.allows('b')]).toEqual([true, false]);
  pace.start();
  expect(pace.allows('b')).toBe(true);
  view.isLearning = false;
  expect(pace.allows('b')).toBe(true);
  vi.useRealTimers();
});
