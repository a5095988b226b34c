import { expect, test } from 'vitest';
import { answerNames, classNamesOf, digitNames } from '../../../../src-renderer/state/class-names';

const names = Array.from('abcdefghij');
const named = { classNames: { names, typed: false } };

test('without names the classes are digits', () => {
  expect(classNamesOf(null)).toBe(digitNames);
  expect(classNamesOf({ classNames: null })).toEqual(Array.from('0123456789'));
  expect(classNamesOf(named)).toBe(names);
});

test('the built-in network reads digits, whatever data is loaded', () => {
  expect(answerNames('bundled', named)).toBe(digitNames);
  expect(answerNames('run', named)).toBe(names);
  expect(answerNames('weights', named)).toBe(names);
});
