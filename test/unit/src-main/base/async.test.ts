import { describe, expect, test } from 'vitest';
import { SerialQueue, coalesce, writeNewest } from '../../../../src-main/base/async';

describe('a serial queue', () => {
  test('runs actions one after the other, in order, and returns their results', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const results = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        queue.add(async () => {
          log.push(`${name} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`${name} ends`);
          return name;
        }),
      ),
    );
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results).toEqual(['a', 'b', 'c']);
  });

  test('passes a failure to the caller and continues with the next action', async () => {
    const queue = new SerialQueue();
    const failed = queue.add(() => {
      throw new Error('no room');
    });
    const next = queue.add(() => 'done');
    expect(queue.size).toBe(2);
    await expect(failed).rejects.toThrow('no room');
    expect(await next).toBe('done');
    await queue.idle();
    expect(queue.size).toBe(0);
  });

  test('is idle only when the last action has ended, even if it fails', async () => {
    const queue = new SerialQueue();
    let ended = false;
    const failed = queue.add(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
      throw new Error('no room');
    });
    failed.catch(() => undefined);
    await queue.idle();
    expect(ended).toBe(true);
  });
});

describe('writing the newest value', () => {
  test('writes only the newest of the values given at once, writes later ones too, and reports failures', async () => {
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
});

test('calls made while an action runs share one further run', async () => {
  let runs = 0;
  let end: () => void = () => undefined;
  const call = coalesce(() => {
    runs++;
    return new Promise((resolve) => (end = resolve));
  });
  const first = call();
  await new Promise((resolve) => setImmediate(resolve));
  const others = [call(), call(), call()];
  expect(runs).toBe(1);
  end();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toBe(2);
  end();
  await Promise.all(others);
  expect(runs).toBe(2);
});
