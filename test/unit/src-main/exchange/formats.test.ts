import { expect, test } from 'vitest';
import { weightsFormats } from '../../../../src-main/exchange/formats';

test('the names that PyTorch and its tutorials give files are shown in the dialog, and others on request', () => {
  const [usual, ...others] = weightsFormats.map(({ extensions }) => extensions);
  expect(usual).toEqual(expect.arrayContaining(['pth', 'pt', 'tar', 'ckpt', 'bin', 'safetensors']));
  expect(others).toEqual([['*']]);
});
