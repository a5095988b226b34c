import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('no single image reaches the native convolution that crashes the process', async () => {
  const script = join(import.meta.dirname, 'single-image.ts');
  const env = { ...process.env, ONEDNN_VERBOSE: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });
  const convolutions = stdout.split('\n').filter((line) => line.includes(',convolution,'));
  expect(convolutions.length).toBeGreaterThan(10);
  expect(convolutions.filter((line) => line.includes('gemm:jit'))).toEqual([]);
});
