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

test('the longer explanations take, the fewer there are', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const pace = new LearningPace({ isLearning: true });
  const explainFor = async (milliseconds: number) => {
    expect(pace.allows('a')).toBe(true);
    const explanation = Promise.resolve('found');
    const measured = pace.measure(explanation);
    vi.advanceTimersByTime(milliseconds);
    expect(await measured).toBe('found');
  };
  await explainFor(60);
  vi.advanceTimersByTime(33 * 60 - 61);
  expect(pace.allows('a')).toBe(false);
  vi.advanceTimersByTime(1);
  await explainFor(1000);
  vi.advanceTimersByTime(3999);
  expect(pace.allows('a')).toBe(false);
  vi.advanceTimersByTime(1);
  await explainFor(1);
  vi.advanceTimersByTime(999);
  expect(pace.allows('a')).toBe(true);
  vi.useRealTimers();
});
