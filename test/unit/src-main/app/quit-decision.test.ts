import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Problem, Reply } from '../../../../src-preload/contract';
import { decideToQuit } from '../../../../src-main/app/quit-decision';
import { ok, refusal } from '../../../../src-main/base/reply';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** @param answers to the questions, in their order */
function person(...answers: (boolean | Promise<boolean>)[]) {
  const asked: string[] = [];
  const answer = (question: string) => {
    asked.push(question);
    return Promise.resolve(answers[asked.length - 1]!);
  };
  return {
    asked,
    questions: {
      quitUnsaved: (reason: string) => answer(reason),
      quitHung: () => answer('hung'),
    },
  };
}

const unsaved: Reply<Problem> = ok({ code: 'checkpoint-not-written', message: 'The disk is full.' });
const never = new Promise<Reply<null>>(() => undefined);

test.each<[what: string, reply: Reply<Problem | null>, answers: boolean[], asked: string[], decision: string]>([
  ['all is saved', ok(null), [], [], 'quit'],
  ['the run is not saved, and the person goes back', unsaved, [false], ['The disk is full.'], 'stay'],
  ['the run is not saved, and the person quits', unsaved, [true], ['The disk is full.'], 'quit'],
  ['closing failed, and the person goes back', refusal('internal', 'It broke.'), [false], ['It broke.'], 'stay'],
  ['there is no engine', refusal('engine-died', 'It stopped.'), [], [], 'quit'],
])('%s', async (_what, reply, answers, asked, decision) => {
  const { questions, asked: seen } = person(...answers);
  expect(await decideToQuit(Promise.resolve(reply), questions)).toBe(decision);
  expect(seen).toEqual(asked);
});

test('the person is asked after ten seconds without an answer, and again each time they wait', async () => {
  const { questions, asked } = person(false, false, true);
  const decision = decideToQuit(never, questions);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['hung']);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toEqual(['hung', 'hung', 'hung']);
  expect(await decision).toBe('kill');
});

test('an answer that arrives while the person is asked counts, whatever they press', async () => {
  const steps: (() => void)[] = [];
  const pressed = new Promise<boolean>((resolve) => steps.push(() => resolve(true)));
  const reply = new Promise<Reply<Problem>>((resolve) => steps.push(() => resolve(unsaved)));
  const [press, answer] = steps;
  const { questions, asked } = person(pressed, false);
  const decision = decideToQuit(reply, questions);
  await vi.advanceTimersByTimeAsync(10_000);
  answer!();
  await vi.advanceTimersByTimeAsync(0);
  press!();
  expect(await decision).toBe('stay');
  expect(asked).toEqual(['hung', 'The disk is full.']);
});
