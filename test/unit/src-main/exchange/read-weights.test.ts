import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { readWeights } from '../../../../src-main/exchange/read-weights';
import { temporaryFolder } from '../../temporary-folder';
import { ARTICLE, BUNDLED } from './exported';

/** @returns a checkpoint folder whose only run has these checkpoints, each a copy of the bundled model's */
async function folderWith(...checkpoints: string[]): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'run-1'));
  for (const name of checkpoints) await cp(BUNDLED, join(folder, 'run-1', name), { recursive: true });
  return folder;
}

test('weights are read from a weights file, a checkpoint and a run', async () => {
  const run = join(await folderWith('step-00000007', 'step-100000000', 'step-00000100'), 'run-1');
  const { weights } = await readCheckpoint(BUNDLED);
  expect(await readWeights(BUNDLED)).toEqual(weights);
  // The newest is the one with the most steps; the others are unreadable.
  await rm(join(run, 'step-00000007', 'state.json'));
  await rm(join(run, 'step-00000100', 'state.json'));
  expect(await readWeights(run)).toEqual(weights);
  expect(await readWeights(ARTICLE)).not.toEqual(weights);
});

test("a run's damaged newest checkpoint is named, and so is the newest intact one", async () => {
  const run = join(await folderWith('step-00000001', 'step-00000002', 'step-00000003'), 'run-1');
  await writeFile(join(run, 'step-00000003', 'model.safetensors'), 'damaged');
  await writeFile(join(run, 'step-00000002', 'state.json'), 'damaged');
  const reading = readWeights(run);
  await expect(reading).rejects.toThrow(`${join(run, 'step-00000003', 'model.safetensors')} is damaged`);
  await expect(reading).rejects.toThrow(`The newest intact checkpoint is ${join(run, 'step-00000001')}.`);
});

test('a folder of runs is refused with their names, and a missing path with a reason', async () => {
  const folder = await folderWith('step-00000001');
  await expect(readWeights(folder)).rejects.toThrow('no checkpoints. Name one of its runs: run-1.');
  const empty = await temporaryFolder();
  await expect(readWeights(empty)).rejects.toThrow(`${empty} is neither a checkpoint nor a run`);
  await expect(readWeights(join(empty, 'none'))).rejects.toThrow('none cannot be read: no such file or folder');
});
