import { expect, test } from 'vitest';
import { writeNewest } from '../../../../src-main/ipc/write-newest';

test('of what comes at once only the newest is written, what comes later is written as well, and failures are told', async () => {
  const written: number[] = [];
  const write = writeNewest((value: number) => {
    if (value < 0) throw new Error('no room');
    written.push(value);
  });
  await Promise.all(Array.from({ length: 1000 }, (_, i) => write(i)));
  expect(written).toEqual([999]);
  await expect(write(-1)).rejects.toThrow('no room');
  await write(7);
  expect(written).toEqual([999, 7]);
});
