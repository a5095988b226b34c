import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, expect, test } from './studio';

test('the pad in the window reads handwriting like the same code without a window', async () => {
  const file = join(ROOT, 'test/fixtures/unipen/digits.txt');
  const words = [join(ROOT, 'setup/bench-pad.mjs'), file, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
  const { total, correct, agreement } = JSON.parse(stdout) as {
    total: number;
    correct: number;
    agreement: { answers: number; greatestDifference: number };
  };
  expect(total).toBe(10);
  expect(correct).toBe(10);
  expect(agreement.answers).toBe(10);
  // The mouse's positions are rounded between Playwright and the window.
  expect(agreement.greatestDifference).toBeLessThanOrEqual(1);
});
