import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { HISTORY_FILE } from '../../../../src-main/checkpoints/history-file';
import { decodeSafetensors, encodeSafetensors } from '../../../../src-main/checkpoints/safetensors';
import { CheckpointStore, openStore } from '../../../../src-main/checkpoints/store';
import type { RunConfig } from '../../../../src-preload/schemas';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { temporaryFolder } from '../../temporary-folder';
import { contentAt, stateAt } from './checkpoint-content';

const weights = initialWeights(1);
const momentumBuffers = initialWeights(2);

describe('a checkpoint', () => {
  let path: string;

  beforeEach(async () => {
    path = join(await temporaryFolder(), 'step-00000007');
    await writeCheckpoint(path, stateAt(7), weights, momentumBuffers);
  });

  test('is read back exactly', async () => {
    const checkpoint = await readCheckpoint(path);
    expect(checkpoint.weights).toEqual(weights);
    expect(checkpoint.momentumBuffers).toEqual(momentumBuffers);
    expect(checkpoint.state).toMatchObject(stateAt(7));
    expect(await readdir(join(path, '..'))).toEqual(['step-00000007']);
  });

  test('without an augmentation setting belongs to a run without augmentation', async () => {
    const config = Object.fromEntries(Object.entries(stateAt(7).config).filter(([name]) => name !== 'augmentation'));
    await writeCheckpoint(path, { ...stateAt(7), config: config as RunConfig }, weights, momentumBuffers);
    expect(await readFile(join(path, 'state.json'), 'utf8')).not.toContain('augmentation');
    expect((await readCheckpoint(path)).state.config.augmentation).toBe(false);
  });

  test('replaces an existing one', async () => {
    await writeCheckpoint(path, stateAt(7), momentumBuffers, weights);
    expect((await readCheckpoint(path)).weights).toEqual(momentumBuffers);
    expect(await readdir(join(path, '..'))).toEqual(['step-00000007']);
  });

  test('that cannot be written leaves nothing behind', async () => {
    await expect(
      writeCheckpoint(join(path, 'gone', 'step-00000008'), stateAt(8), weights, momentumBuffers),
    ).rejects.toThrow('ENOENT');
    expect((await readdir(path)).sort()).toEqual(['model.safetensors', 'optimizer.safetensors', 'state.json']);
  });

  describe.each(['model.safetensors', 'optimizer.safetensors', 'state.json'])('whose %s', (name) => {
    test.each([0, 7, 500])('is cut to %i bytes is refused by name', async (length) => {
      await truncate(join(path, name), length);
      await expect(readCheckpoint(path)).rejects.toThrow(`${join(path, name)} is damaged: `);
    });

    test('is a folder or a link is refused by name', async () => {
      const file = join(path, name);
      const copy = `${file}-elsewhere`;
      await writeFile(copy, await readFile(file));
      await unlink(file);
      await symlink(copy, file);
      await expect(readCheckpoint(path)).rejects.toThrow(`${file} is damaged: it is not a regular file`);
      await unlink(file);
      await mkdir(file);
      await expect(readCheckpoint(path)).rejects.toThrow(`${file} is damaged: it is not a regular file`);
    });
  });

  test.each(['model.safetensors', 'optimizer.safetensors'])(
    'with a flipped bit in %s is refused by name',
    async (name) => {
      const bytes = await readFile(join(path, name));
      for (const at of [0, 9, 400, 5000, bytes.length - 1]) {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1 << (at % 8);
        await writeFile(join(path, name), flipped);
        await expect(readCheckpoint(path)).rejects.toThrow(`${join(path, name)} is damaged: its checksum`);
      }
    },
  );

  test('of a later version is refused with advice', async () => {
    const file = join(path, 'state.json');
    const state = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...state, version: 3, somethingNew: true }));
    await expect(readCheckpoint(path)).rejects.toThrow('was written by a later version of Digit Studio');
  });

  test('whose weights file is missing is refused by name, and so is a folder without a checkpoint', async () => {
    await rm(join(path, 'model.safetensors'));
    await expect(readCheckpoint(path)).rejects.toThrow('model.safetensors is damaged: no such file');
    await rm(path, { recursive: true });
    await expect(readCheckpoint(path)).rejects.toThrow('is not a checkpoint: it contains no state.json');
  });
});

describe('a weights file', () => {
  const bytes = encodeSafetensors(weights);
  const headerLength = Buffer.from(bytes).readUInt32LE(0);
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerLength)).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;

  /** The same data under another header. */
  function withHeader(value: unknown): Buffer {
    const text = Buffer.from(JSON.stringify(value));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, bytes.subarray(8 + headerLength)]);
  }

  test('is read with its tensors in any order and with metadata', () => {
    const reversed = Object.fromEntries(Object.entries(header).reverse());
    expect(decodeSafetensors(withHeader({ __metadata__: { format: 'pt' }, ...reversed }), 'f')).toEqual(weights);
  });

  test('with a false header is refused', () => {
    const bias = header['conv1.bias']!;
    for (const [entry, words] of [
      [{ ...bias, dtype: 'F64' }, 'conv1.bias has type F64 instead of F32'],
      [{ ...bias, shape: [5, 2] }, 'conv1.bias has shape [5, 2] instead of [10]'],
      [{ ...bias, data_offsets: [0, 40] }, 'overlap or leave gaps'],
      [{ ...bias, data_offsets: [1e15, 1e15 + 40] }, 'conv1.bias cannot be at bytes 1,000,000,000,000,000 to'],
      [{ ...bias, data_offsets: [-40, 0] }, 'not a valid safetensors header'],
      [{ ...bias, data_offsets: [1000, 900] }, 'conv1.bias cannot be at bytes 1,000 to 900 of'],
      [undefined, 'conv1.bias is missing'],
    ] as const) {
      expect(() => decodeSafetensors(withHeader({ ...header, 'conv1.bias': entry }), 'the file')).toThrow(words);
    }
    expect(() => decodeSafetensors(withHeader({ ...header, extra: bias }), 'f')).toThrow('unknown tensor "extra"');
    expect(() => decodeSafetensors(withHeader([]), 'f')).toThrow('not a valid safetensors header');
  });

  test.each([0n, 1n, 1_000_000_000n, 2n ** 63n, 2n ** 64n - 1n])('with a header length of %i is refused', (length) => {
    const changed = Buffer.from(bytes);
    changed.writeBigUInt64LE(length);
    expect(() => decodeSafetensors(changed, 'the file')).toThrow("the file does not contain this network's weights");
  });

  test.each([Number.NaN, Infinity])('with %f among its weights is refused', (value) => {
    const broken = { ...weights, 'fc1.bias': weights['fc1.bias'].slice().fill(value, 3, 4) };
    expect(() => decodeSafetensors(encodeSafetensors(broken), 'f')).toThrow('fc1.bias contains a value that is not');
  });
});

describe('a checkpoint folder', () => {
  let store: CheckpointStore;

  beforeEach(async () => {
    store = await openStore(await temporaryFolder());
    await mkdir(join(store.folder, 'run-1'));
  });

  async function writeSteps(steps: number[], correct: number[]): Promise<void> {
    for (const step of steps) await store.write(contentAt(step, correct), weights, momentumBuffers);
    await store.flush(contentAt(steps.at(-1)!));
  }

  async function stepsIn(run: string): Promise<number[]> {
    const names = (await readdir(join(store.folder, run))).filter((name) => name !== HISTORY_FILE);
    return names.map((name) => Number(/^step-(\d+)$/.exec(name)?.[1])).sort((a, b) => a - b);
  }

  test('keeps the newest three, the best and the last of each epoch', async () => {
    const correct = [10, 90, 95, 93];
    await writeSteps([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36], correct);
    const [run] = await store.runs();
    expect(run!.checkpoints.map(({ step }) => step)).toEqual([36, 34, 32, 30, 20, 10]);
    expect(run!.checkpoints.filter(({ best }) => best).map(({ step }) => step)).toEqual([20]);
    expect(run!.checkpoints.filter(({ latest }) => latest).map(({ step }) => step)).toEqual([36]);
    expect((await readdir(join(store.folder, 'run-1'))).length).toBe(7);
    // A new store lists the same.
    expect(await new CheckpointStore(store.folder).runs()).toEqual(await store.runs());
  });

  test('of eight epochs of MNIST, with the article’s intervals, stays under 5 MB', async () => {
    const [perEpoch, epochs] = [938, 8];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const step of [epoch * perEpoch - 18, epoch * perEpoch - 8, epoch * perEpoch]) {
        const examplesSeen = Math.min(step * 64, epoch * 60_000);
        const trainCounter = Array.from({ length: Math.ceil(step / 10) }, (_, i) => i * 640);
        const trainLosses = trainCounter.map((seen) => Math.fround(2.3 / (1 + seen / 7e4)));
        const tests = Array.from({ length: Math.floor(step / perEpoch) + 1 }, (_, i) => i);
        const history = {
          trainLosses,
          trainCounter,
          testLosses: tests.map((test) => 2.3 / (1 + 7 * test)),
          testCounter: tests.map((test) => test * 60_000),
          testCorrect: tests.map((test) => 9000 + test),
        };
        const dataset = { ...contentAt(0).dataset, trainCount: 60_000, testCount: 10_000 };
        const content = { ...contentAt(step), epoch, examplesSeen, history, dataset };
        await store.write(content, weights, momentumBuffers);
      }
      await store.flush(contentAt(epoch * perEpoch));
    }
    const [run] = await store.runs();
    expect(run!.checkpoints).toHaveLength(10);
    const files = await readdir(join(store.folder, 'run-1'), { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
    const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
    expect(run!.checkpoints.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0)).toBeLessThanOrEqual(bytes);
    expect(bytes).toBeLessThan(5_000_000);
    console.log(`The folder of 8 epochs has ${bytes} bytes.`);
  });

  test('offers the newest intact checkpoint if newer ones are damaged, and names these', async () => {
    await writeSteps([5, 6, 7], []);
    await truncate(join(store.folder, 'run-1/step-00000007/model.safetensors'), 100);
    await rm(join(store.folder, 'run-1/step-00000006/state.json'));
    const { checkpoint, name, passedOver } = await store.readNewest('run-1');
    expect([checkpoint.state.step, name]).toEqual([5, 'step-00000005']);
    expect(passedOver.join()).toMatch(/step-00000007.*is damaged.*step-00000006.*contains no state.json/);
    const [run] = await store.runs();
    expect(run!.warning).toContain('The newest intact checkpoint is at step 5.');
  });

  test('a checkpoint under the name of another is refused', async () => {
    await writeSteps([5], []);
    await writeCheckpoint(join(store.folder, 'run-1/step-00000009'), stateAt(7), weights, momentumBuffers);
    await expect(store.read('run-1', 'step-00000009')).rejects.toThrow('it contains step 7');
  });

  test('an interrupted write is ignored, and removed when the run is opened', async () => {
    await writeSteps([5], []);
    const leftover = join(store.folder, 'run-1/.tmp-step-00000006-deadbeef');
    await mkdir(leftover);
    await writeFile(join(leftover, 'model.safetensors'), 'half');
    expect((await store.runs())[0]!.checkpoints).toHaveLength(1);
    await store.recover('run-1');
    expect((await readdir(join(store.folder, 'run-1'))).sort()).toEqual([HISTORY_FILE, 'step-00000005']);
  });

  test('a complete checkpoint that was not renamed yet is recovered when the run is opened', async () => {
    await writeSteps([5, 6], []);
    const folder = join(store.folder, 'run-1');
    // Interrupted while 6 was replaced: the old one aside, the later one not yet in its path.
    await rename(join(folder, 'step-00000006'), join(folder, '.tmp-step-00000006-00000001'));
    await writeCheckpoint(
      join(folder, 'other'),
      { ...stateAt(6), savedAt: '2026-01-01T00:00:00.000Z' },
      momentumBuffers,
      weights,
    );
    await rename(join(folder, 'other'), join(folder, '.tmp-step-00000006-00000000'));
    // Interrupted while the folder of 4 was used for 7: a folder has the name of what was in it before.
    await writeCheckpoint(join(folder, 'other'), stateAt(7), weights, momentumBuffers);
    await rename(join(folder, 'other'), join(folder, '.tmp-step-00000004-00000000'));
    // An intact one with the final name is not touched.
    await cp(join(folder, 'step-00000005'), join(folder, '.tmp-step-00000005-deadbeef'), { recursive: true });
    await store.recover('run-1');
    expect(await stepsIn('run-1')).toEqual([5, 6, 7]);
    expect((await store.read('run-1', 'step-00000006')).weights).toEqual(momentumBuffers);
  });

  test('a checkpoint of another run is named and skipped, and never removed', async () => {
    await writeSteps([5, 6], []);
    const other = { ...stateAt(9), runId: '11111111-1111-4111-8111-111111111111' };
    await writeCheckpoint(join(store.folder, 'run-1/step-00000009'), other, momentumBuffers, weights);
    const fresh = new CheckpointStore(store.folder);
    const { name, passedOver } = await fresh.readNewest('run-1');
    expect(name).toBe('step-00000006');
    expect(passedOver).toEqual([`${join(store.folder, 'run-1/step-00000009')} is a checkpoint of another run.`]);
    for (const step of [11, 12, 13, 14]) await fresh.write(contentAt(step), weights, momentumBuffers);
    await fresh.flush(contentAt(14));
    const [run] = await fresh.runs();
    expect(run!.checkpoints.map(({ step }) => step)).toEqual([14, 13, 12]);
    expect(run!.warning).toContain('The newest intact checkpoint is at step 14.');
    expect(existsSync(join(store.folder, 'run-1/step-00000009'))).toBe(true);
  });

  test('a run whose folder was renamed is still the same run', async () => {
    await writeSteps([5, 6], []);
    await rename(join(store.folder, 'run-1'), join(store.folder, 'my best run'));
    const { name, passedOver } = await store.readNewest('my best run');
    expect([name, passedOver]).toEqual(['step-00000006', []]);
  });

  test('a checkpoint that a person removed does not keep others from being removed', async () => {
    await writeSteps([2, 3, 4], []);
    await rm(join(store.folder, 'run-1/step-00000002'), { recursive: true });
    await writeSteps([5, 6, 7], []);
    expect(await stepsIn('run-1')).toEqual([5, 6, 7]);
  });

  test('keeps the newest checkpoint on disk until a newer one is flushed', async () => {
    await writeSteps([1, 2, 3], []);
    // As after a restart, when it is only known that existing checkpoints are on disk.
    store = new CheckpointStore(store.folder);
    await store.readNewest('run-1');
    for (const step of [4, 5, 6, 7, 8, 9]) {
      await store.write(contentAt(step), weights, momentumBuffers);
      expect(await stepsIn('run-1')).toContain(3);
    }
    expect((await store.readNewest('run-1')).name).toBe('step-00000009');
    await store.flush(contentAt(9));
    expect(await stepsIn('run-1')).toEqual([7, 8, 9]);
  });

  test('keeps a checkpoint that contains a file of the person', async () => {
    await writeSteps([2, 3, 4], []);
    const notes = join(store.folder, 'run-1/step-00000002/notes.txt');
    await writeFile(notes, 'mine');
    await writeSteps([5, 6, 7], []);
    expect(await stepsIn('run-1')).toEqual([2, 5, 6, 7]);
    expect(await readFile(notes, 'utf8')).toBe('mine');
    expect((await store.read('run-1', 'step-00000002')).weights).toEqual(weights);
  });

  test('open files of a removed checkpoint stay readable', async () => {
    await writeSteps([2, 3, 4], []);
    const file = await open(join(store.folder, 'run-1/step-00000002/model.safetensors'));
    for (const step of [5, 6, 7]) await store.write(contentAt(step), momentumBuffers, weights);
    await store.flush(contentAt(7));
    expect(await stepsIn('run-1')).toEqual([5, 6, 7]);
    expect(decodeSafetensors(await file.readFile(), 'the file')).toEqual(weights);
    await file.close();
  });

  test('a name that leads to another folder is refused', async () => {
    for (const run of ['../elsewhere', '/etc', '.tmp-x', '', 'a/b', 'nul\0']) {
      await expect(store.write({ ...contentAt(1), run }, weights, momentumBuffers)).rejects.toThrow('A run name');
    }
  });

  test('a run that is a link to another folder is not listed, read, written or cleaned up', async () => {
    await writeSteps([5, 6], []);
    const elsewhere = join(await temporaryFolder(), 'elsewhere');
    await rename(join(store.folder, 'run-1'), elsewhere);
    await mkdir(join(elsewhere, '.tmp-step-00000007-deadbeef'));
    await symlink(elsewhere, join(store.folder, 'run-1'));
    const before = (await readdir(elsewhere, { recursive: true })).sort();
    const link = { code: 'run-elsewhere', message: expect.stringContaining(join(store.folder, 'run-1')) as string };
    const fresh = new CheckpointStore(store.folder);
    expect(await fresh.runs()).toEqual([]);
    expect(() => fresh.hold('run-1')).toThrow(expect.objectContaining(link) as Error);
    await expect(fresh.recover('run-1')).rejects.toMatchObject(link);
    await expect(fresh.read('run-1', 'step-00000005')).rejects.toMatchObject(link);
    await expect(fresh.create('run-1')).rejects.toMatchObject(link);
    await expect(fresh.write(contentAt(8), weights, momentumBuffers)).rejects.toMatchObject(link);
    expect((await readdir(elsewhere, { recursive: true })).sort()).toEqual(before);
  });

  test('a link that looks like an interrupted write is removed, but not its target', async () => {
    await writeSteps([5], []);
    const elsewhere = join(await temporaryFolder(), 'elsewhere');
    await writeCheckpoint(elsewhere, stateAt(6), weights, momentumBuffers);
    await symlink(elsewhere, join(store.folder, 'run-1/.tmp-step-00000006-deadbeef'));
    await store.recover('run-1');
    expect((await readdir(join(store.folder, 'run-1'))).sort()).toEqual([HISTORY_FILE, 'step-00000005']);
    expect(await readdir(elsewhere)).toHaveLength(3);
  });

  test('that is not a folder, or is gone, is refused with a reason', async () => {
    const file = join(store.folder, 'file');
    await writeFile(file, '');
    await expect(openStore(file)).rejects.toThrow(`${file} is not a folder`);
    await expect(openStore(join(file, 'x'))).rejects.toThrow('cannot be used: not a folder');
    await expect(openStore(join(store.folder, 'gone'))).rejects.toThrow('cannot be used: no such file or folder');
  });
});
