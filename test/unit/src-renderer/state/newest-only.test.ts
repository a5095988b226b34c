import { expect, test } from 'vitest';
import { newestOnly } from '../../../../src-renderer/state/newest-only';

test('work runs once at a time, and once more for all requests made meanwhile', async () => {
  const began: string[] = [];
  let newest = '';
  const ends: (() => void)[] = [];
  const ask = newestOnly(() => {
    began.push(newest);
    return new Promise((resolve) => ends.push(resolve));
  });
  const say = (word: string) => {
    newest = word;
    ask();
  };
  const end = async () => {
    ends.shift()!();
    await new Promise(setImmediate);
  };
  for (const word of ['a', 'b', 'c']) say(word);
  expect(began).toEqual(['a']);
  await end();
  expect(began).toEqual(['a', 'c']);
  await end();
  expect(began).toEqual(['a', 'c']);
  say('d');
  expect(began).toEqual(['a', 'c', 'd']);
});
