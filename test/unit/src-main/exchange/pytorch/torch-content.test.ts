import { expect, test } from 'vitest';
import { StoredTensor } from '../../../../../src-main/exchange/pytorch/state-dict';
import { torchContent } from '../../../../../src-main/exchange/pytorch/torch-content';

const readStorage = () => Promise.reject(new Error('not needed'));
const tensor = (...shape: number[]) =>
  new StoredTensor(
    { type: 'F32', bytesPerValue: 4, key: '0', length: 1, view: null },
    { offset: 0, shape, strides: shape.map(() => 1) },
  );
const dict = (entries: Record<string, unknown>) => new Map(Object.entries(entries));
const network = dict({ 'fc.weight': tensor(2, 2), 'fc.bias': tensor(2) });
const contentOf = (value: unknown) => torchContent({ value, readStorage });

test('tensors beside a network are none of its own', () => {
  const names = ['fc.weight', 'fc.bias'];
  expect([...contentOf(network).tensors!.keys()]).toEqual(names);
  const checkpoint = dict({
    loss: tensor(),
    class_weight: tensor(10),
    state_dict: network,
    log: dict({ loss: tensor(3) }),
  });
  expect([...contentOf(checkpoint).tensors!.keys()]).toEqual(names);
});

test('a file without a single network is refused with advice', () => {
  const advice = 'Save one with torch.save(network.state_dict(), …)';
  expect(() => contentOf(dict({ model: network, ema: network }))).toThrow(
    `it contains 2 networks, and only one can be opened. ${advice}`,
  );
  for (const value of [[tensor(2)], dict({ epoch: 3 }), dict({ checkpoint: dict({ model: network }) })]) {
    expect(() => contentOf(value)).toThrow(`it contains no state dict. ${advice}`);
  }
});
