import { expect, test } from 'vitest';
import { parseClassNames } from '../../../src-preload/class-names';

const fashion = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

test.each([
  ['names, one per line', fashion.join('\n')],
  ['with Windows line ends, a byte order mark and empty lines', `\uFEFF${fashion.join('\r\n')}\r\n\r\n`],
  ['with the number and a space', fashion.map((name, i) => `${i} ${name}`).join('\n')],
  ['with the number and a colon', fashion.map((name, i) => `${i}: ${name}`).join('\n')],
  ['with the number in a table', fashion.map((name, i) => `${i},${name}`).join('\n')],
])('a text of %s gives the names', (_what, text) => {
  expect(parseClassNames(text)).toEqual({ names: fashion, problem: null });
});

test('names that start with a number keep it', () => {
  const names = fashion.map((_, i) => `${10 - i} apples`);
  expect(parseClassNames(names.join('\n')).names).toEqual(names);
});

test.each([
  ['', 'Ten names are needed, one per line; there are 0.'],
  ['Coat', 'Ten names are needed, one per line; there is 1.'],
  [[...fashion, 'Hat'].join('\n'), 'Ten names are needed, one per line; there are 11.'],
  [[...fashion.slice(1), 'Coat'].join('\n'), 'Two classes are called Coat.'],
  [[...fashion.slice(1), 'x'.repeat(41)].join('\n'), `A name has at most 40 characters: ${'x'.repeat(41)}`],
  [[...fashion.slice(1), 'a\u0000b'].join('\n'), 'A name can have only letters, digits and signs: a\u0000b'],
])('invalid names are explained', (text, problem) => {
  expect(parseClassNames(text)).toEqual({ names: null, problem });
});
