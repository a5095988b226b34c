import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../../../src-main/cli/run-command';
import { temporaryFolder } from '../../temporary-folder';
import { ARTICLE, ROOT, run } from './command-line';

test('usage is printed to standard output, and errors to standard error', async () => {
  const help = await run('export', '--help');
  expect([help.status, help.lines[0], help.errors]).toEqual([
    0,
    expect.stringMatching(/^Usage: npm run -s export/),
    '',
  ]);
  const { status, lines, errors } = await run('export', '--to', 'x.onnx');
  expect([status, lines]).toEqual([2, ['']]);
  expect(errors).toMatch(/^--checkpoint DIR is missing.*\nUsage: npm run -s export/);
});

test.each(['train', 'evaluate', 'recognize', 'export', 'replay', 'bundled-model'])(
  '%s --help gives its usage',
  async (command) => {
    const { status, usage, error } = await runCommand([command, '--help']);
    expect([status, error]).toEqual([0, undefined]);
    expect(usage).toContain(`Usage: npm run -s ${command}`);
    expect(usage!.split('\n').length).toBeGreaterThan(2);
  },
);

test.each([
  [['fly'], 'There is no command "fly"'],
  [['train'], '--checkpoints DIR is missing'],
  [['train', '--checkpoints', 'x', '--fly'], "Unknown option '--fly'.\nUsage"],
  [['train', '--checkpoints'], '--checkpoints needs a value.'],
  [['train', '--checkpoints', 'x', '--seed', '-1'], 'If the value starts with a dash, write --seed=VALUE.\nUsage'],
  [['train', '--checkpoints', 'x', '--epochs', '0'], 'Epochs must be a whole number from 1 to 10,000'],
  [['train', '--checkpoints', 'x', '--epochs', 'three'], 'Epochs must be a whole number'],
  [['train', '--checkpoints', 'x', '--learning-rate=-1'], 'Learning rate must be more than 0'],
  [['train', '--checkpoints', 'x', '--learning-rate', '10,5'], 'Learning rate must be at most 10'],
  [['train', '--checkpoints', 'x', '--momentum', ''], 'Momentum must be a number'],
  [['train', '--checkpoints', 'x', '--run', '../y'], 'A run name has'],
  [
    ['train', '--checkpoints', 'x', '--stop-after-steps', '0'],
    '--stop-after-steps takes a whole number of steps, 1 or more, not "0".',
  ],
  [['train', '--checkpoints', 'x', '--resume', '--seed', '3'], 'only --epochs can be given with --resume'],
  [['train', '--checkpoints', 'x', '--resume', '--weights', 'y'], 'cannot be given with --resume'],
  [['evaluate'], '--checkpoint DIR is missing'],
  [
    ['train', '--checkpoints', 'x', '--images', 'upside-down'],
    '--images takes as-they-are, inverted, transposed or labels-DIGITS',
  ],
  [['export', '--to', 'x.onnx'], '--checkpoint DIR is missing'],
  [['export', '--checkpoint', 'x'], '--to FILE is missing'],
])('wrong usage is explained, with status 2: %j', async (args, words) => {
  const { status, error } = await runCommand(args);
  expect(status).toBe(2);
  expect(error).toContain(words);
  expect(error).toContain('Usage:');
});

test('a failure is explained in one line, with status 1', async () => {
  const folder = await temporaryFolder();
  for (const args of [
    ['train', '--checkpoints', folder, '--resume'],
    ['train', '--checkpoints', folder, '--data', join(folder, 'none')],
    ['train', '--checkpoints', join(ROOT, 'package.json', 'x')],
    ['evaluate', '--checkpoint', folder],
    ['evaluate', '--checkpoint', join(folder, 'none.safetensors')],
    ['train', '--checkpoints', folder, '--weights', join(ROOT, 'package.json')],
    ['export', '--checkpoint', ARTICLE, '--to', join(folder, 'model.pt')],
  ]) {
    const { status, error } = await runCommand(args);
    expect(status).toBe(1);
    expect(error!.split('\n')).toHaveLength(1);
  }
  const { status, errors } = await run('train', '--checkpoints', folder, '--resume');
  expect([status, errors.trimEnd().split('\n').length]).toEqual([1, 1]);
});
