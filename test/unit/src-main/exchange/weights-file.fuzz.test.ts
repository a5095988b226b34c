/** 5,000 damaged and hostile weights files: each is refused with a reason or read correctly, and none is executed. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UserError } from '../../../../src-main/base/errors';
import { decodeWeightsFile } from '../../../../src-main/exchange/weights-file';
import { type Weights, parameterNames, parameterShapes, sizeOf } from '../../../../src-main/network/parameters';
import { randomWords } from '../../../../src-main/network/random';
import { temporaryFolder } from '../../temporary-folder';
import { olderTorchFile, pickleOf, zipOf } from './hostile-files';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/pytorch');
/** The number of damaged files of each of the five kinds. */
const DAMAGED = 900;
const RANDOM_PICKLES = 500;

/** The content that is read from a file: weights, momentum, or both; null if it was refused. */
async function read(bytes: Buffer): Promise<Weights[] | null> {
  try {
    const { weights, readMomentum } = await decodeWeightsFile(bytes, 'some.pth');
    const momentum = readMomentum && (await readMomentum());
    return [weights, momentum?.buffers].filter((values) => values !== null && values !== undefined);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(/^some\.pth does not contain this network's weights: .{5,400}\.$/);
    return null;
  }
}

function expectWhole(values: Weights): void {
  for (const name of parameterNames) {
    expect(values[name].length).toBe(sizeOf(parameterShapes[name]));
    expect(values[name].every(Number.isFinite)).toBe(true);
  }
}

/** Returns a function that draws numbers below a bound. */
function randomNumbers(index: number): (bound: number) => number {
  const words = randomWords(4000, { seed: 7, purpose: 'samples', index });
  let next = 0;
  return (bound) => Math.floor((words[next++ % words.length]! / 2 ** 32) * bound);
}

/** Damages a copy of the file one to four times, half of the time in its structure. */
function damaged(original: Buffer, index: number): Buffer {
  const below = randomNumbers(index);
  let bytes: Buffer = Buffer.from(original);
  for (let times = 1 + below(4); times > 0 && bytes.length > 0; times--) {
    const structure = Math.min(bytes.length, 3000);
    const at = [below(bytes.length), below(bytes.length), below(structure), bytes.length - 1 - below(structure)][
      below(4)
    ]!;
    const length = below(50);
    switch (below(7)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = [0, 0xff, 0x7f, 0x80, 0x28, 0x2e][below(6)]!;
        break;
      case 2:
        bytes.fill([0, 0xff][below(2)]!, at, at + 1 + below(8));
        break;
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
        break;
      case 6:
        bytes.copy(bytes, at, below(bytes.length), below(bytes.length));
        break;
    }
  }
  return bytes;
}

test.each([
  // A zip archive has checksums, so whatever is read is correct.
  ['continued/model.pth', true],
  ['continued/optimizer.pth', true],
  ['older/model.pth', false],
  ['older/optimizer.pth', false],
  ['article-f16.safetensors', false],
])('%s, damaged in many ways, is refused or read correctly', async (file, hasChecksums) => {
  const original = await readFile(join(FIXTURES, file));
  const expected = await read(original);
  let refused = 0;
  for (let i = 0; i < DAMAGED; i++) {
    const values = await read(damaged(original, i));
    if (values === null) refused++;
    else if (hasChecksums) expect(values, `damage ${i}`).toEqual(expected);
    else values.forEach(expectWhole);
  }
  // Without checksums, damage to the values goes unnoticed.
  expect(refused).toBeGreaterThan(DAMAGED * 0.4);
  expect(refused).toBeLessThan(DAMAGED);
});

test('random pickles are refused', async () => {
  const opcodes = Buffer.from('\x80(NKMJGXUT)]}taesuqrhjcRQb.\x85\x86\x87\x88\x89\x8a', 'latin1');
  const words = [
    'collections\nOrderedDict\n',
    'torch._utils\n_rebuild_tensor_v2\n',
    'torch\nFloatStorage\n',
    'storage',
  ];
  for (let i = 0; i < RANDOM_PICKLES; i++) {
    const below = randomNumbers(10_000 + i);
    const parts = Array.from({ length: 1 + below(200) }, () =>
      below(8) === 0
        ? Buffer.from(words[below(words.length)]!)
        : Buffer.from([opcodes[below(opcodes.length)]!, ...Array.from({ length: below(5) }, () => below(4))]),
    );
    expect(await read(olderTorchFile(Buffer.concat([Buffer.from('\x80\x02', 'latin1'), ...parts])))).toBeNull();
  }
});

test('a hostile pickle is refused, and nothing in it is executed', async () => {
  const marker = join(await temporaryFolder(), 'was-run');
  const argument = `touch ${marker}`;
  const names = ['os.system', 'posix.system', 'nt.system', 'builtins.eval', 'builtins.exec', '__builtin__.eval'];
  names.push('subprocess.Popen', 'runpy._run_code', 'torch.hub.load', 'builtins.getattr', 'operator.attrgetter');
  names.push('collections.OrderedDict.__class__', 'torch._utils.__builtins__', 'torch.load', 'functools.partial');
  for (const name of names) {
    for (const pickle of [
      pickleOf({ global: name, call: argument }),
      pickleOf({ global: name, newObject: argument }),
      pickleOf({ global: name, stackGlobal: argument }),
      pickleOf({ global: name, instance: argument }),
      // After valid weights.
      pickleOf({ global: name, attribute: argument }),
    ]) {
      await expect(decodeWeightsFile(olderTorchFile(pickle), 'some.pth')).rejects.toThrow(/opcode|refers to/);
      const zip = zipOf([{ path: 'model/data.pkl', content: pickle }]);
      await expect(decodeWeightsFile(zip, 'some.pth')).rejects.toThrow(/opcode|refers to/);
    }
  }
  expect(existsSync(marker)).toBe(false);
});

test('files that claim to be huge take neither memory nor time', async () => {
  const huge = 2 ** 31 - 1;
  const pickles = [
    // Lists that contain the previous list twice, again and again.
    Buffer.from(`\x80\x02]q\0${'h\0ah\0a'.repeat(100_000)}.`, 'latin1'),
    Buffer.from(`\x80\x02${'('.repeat(900_000)}.`, 'latin1'),
    Buffer.from(`\x80\x02${']'.repeat(900_000)}.`, 'latin1'),
    Buffer.from(`\x80\x02X\xff\xff\xff\xffabc.`, 'latin1'),
    Buffer.from(`\x80\x02\x8a\xff${'\xff'.repeat(255)}.`, 'latin1'),
    pickleOf({
      tensor: { name: 'conv1.weight', shape: [huge, huge, huge, huge], strides: [1, 1, 1, 1], length: huge },
    }),
    pickleOf({
      tensor: { name: 'conv1.weight', shape: [10, 1, 5, 5], strides: [huge, huge, huge, huge], length: 250 },
    }),
    pickleOf({ tensor: { name: 'conv1.weight', shape: Array<number>(60).fill(0), strides: [], length: 250 } }),
  ];
  const before = process.resourceUsage().maxRSS;
  for (const pickle of pickles) {
    expect(await read(olderTorchFile(pickle))).toBeNull();
    expect(await read(zipOf([{ path: 'model/data.pkl', content: pickle }]))).toBeNull();
  }
  const bomb = deflateRawSync(Buffer.alloc(100_000_000));
  for (const size of [100_000_000, 3_000_000, 10]) {
    expect(await read(zipOf([{ path: 'model/data.pkl', content: bomb, deflatedFrom: size }]))).toBeNull();
  }
  const many = Array.from({ length: 20_000 }, (_, i) => ({ path: `model/data/${i}`, content: Buffer.alloc(0) }));
  expect(await read(zipOf(many))).toBeNull();
  // In kB; the zip bomb that this test creates is 100 MB.
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(400_000);
});
