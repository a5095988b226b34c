import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  RECORD_BYTES,
  SNAPSHOTS_FILE,
  type Snapshot,
  SnapshotsFile,
} from '../../../../src-main/checkpoints/snapshots-file';
import { PARAMETER_COUNT, split } from '../../../../src-main/network/parameters';
import { temporaryFolder } from '../../temporary-folder';

const runId = randomUUID();

function snapshot(step: number): Snapshot {
  const values = (first: number) => split(Float32Array.from({ length: PARAMETER_COUNT }, (_, i) => first + i));
  return { step, weights: values(step), momentumBuffers: values(-step) };
}

/** Room for this many snapshots. */
const roomFor = (records: number) => (records + 0.5) * RECORD_BYTES;

function filled(folder: string, steps: number[], room?: number): SnapshotsFile {
  const file = new SnapshotsFile(folder, runId, room);
  for (const step of steps) file.add(snapshot(step));
  return file;
}

/** The steps in a file. */
function stepsIn(file: SnapshotsFile): number[] {
  const steps = [];
  for (let next = file.after(-1); next !== null; next = file.after(next.step)) steps.push(next.step);
  return steps;
}

test('the newest snapshot up to a step and the first after it are found', async () => {
  const folder = await temporaryFolder();
  const file = filled(folder, [0, 47, 94]);
  expect(file.upTo(0)).toEqual(snapshot(0));
  expect(file.upTo(46)).toEqual(snapshot(0));
  expect(file.upTo(47)).toEqual(snapshot(47));
  expect(file.upTo(1e9)).toEqual(snapshot(94));
  expect(file.after(46)).toEqual(snapshot(47));
  expect(file.after(47)).toEqual(snapshot(94));
  expect(file.after(94)).toBeNull();
  // As after a restart.
  expect(new SnapshotsFile(folder, runId).upTo(50)).toEqual(snapshot(47));
});

test('a run continued from an earlier step replaces what came later', async () => {
  const file = filled(await temporaryFolder(), [0, 47, 94, 141]);
  file.add(snapshot(60));
  expect(stepsIn(file)).toEqual([0, 47, 60]);
  file.add(snapshot(60));
  file.add(snapshot(0));
  expect(stepsIn(file)).toEqual([0]);
});

test('a truncated record is written again; a damaged one is skipped', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, SNAPSHOTS_FILE);
  const file = filled(folder, [0, 47, 94]);
  truncateSync(path, statSync(path).size - 1);
  expect(file.upTo(1000)).toEqual(snapshot(47));
  file.add(snapshot(100));
  expect(stepsIn(file)).toEqual([0, 47, 100]);

  const bytes = readFileSync(path);
  bytes[bytes.length - RECORD_BYTES - 1]! ^= 1;
  writeFileSync(path, bytes);
  expect(file.upTo(99)).toEqual(snapshot(0));
  expect(file.upTo(100)).toEqual(snapshot(100));
});

test("another run's file is not read, and is replaced; a person's file is renamed", async () => {
  const folder = await temporaryFolder();
  filled(folder, [0, 47]);
  const other = new SnapshotsFile(folder, randomUUID());
  expect(other.upTo(50)).toBeNull();
  other.add(snapshot(10));
  expect(stepsIn(other)).toEqual([10]);
  expect(readdirSync(folder)).toEqual([SNAPSHOTS_FILE]);

  writeFileSync(join(folder, SNAPSHOTS_FILE), 'mine, and longer than a header');
  expect(other.upTo(50)).toBeNull();
  other.add(snapshot(20));
  expect(stepsIn(other)).toEqual([20]);
  const kept = readdirSync(folder).find((name) => name.endsWith('.old'))!;
  expect(readFileSync(join(folder, kept), 'utf8')).toBe('mine, and longer than a header');
});

test('a file whose process ended while it was created is created again', async () => {
  for (const bytes of ['', 'DSSN', 'DSSNAP1\nabc']) {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, SNAPSHOTS_FILE), bytes);
    expect(stepsIn(filled(folder, [3]))).toEqual([3]);
    expect(readdirSync(folder)).toEqual([SNAPSHOTS_FILE]);
  }
});

test('links and folders are not followed', async () => {
  const folder = await temporaryFolder();
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'untouched');
  symlinkSync(elsewhere, join(folder, SNAPSHOTS_FILE));
  const file = new SnapshotsFile(folder, runId);
  expect(file.upTo(5)).toBeNull();
  file.add(snapshot(1));
  expect(stepsIn(file)).toEqual([1]);
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');

  const second = await temporaryFolder();
  await mkdir(join(second, SNAPSHOTS_FILE));
  expect(new SnapshotsFile(second, runId).upTo(5)).toBeNull();
});

test('when there are too many, every second one of the older half is removed', async () => {
  const folder = await temporaryFolder();
  const file = filled(folder, [0, 1, 2, 3, 4, 5, 6, 7], roomFor(8));
  expect(stepsIn(file)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  file.add(snapshot(8));
  expect(stepsIn(file)).toEqual([0, 2, 4, 5, 6, 7, 8]);
  for (let step = 9; step < 100; step++) file.add(snapshot(step));
  const steps = stepsIn(file);
  expect(steps.length).toBeLessThanOrEqual(8);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(99);
  expect(readdirSync(folder)).toEqual([SNAPSHOTS_FILE]);
});

test('with less room, the file shrinks at the next snapshot; without room it is removed', async () => {
  const folder = await temporaryFolder();
  filled(folder, [...Array(40).keys()]);
  const smaller = filled(folder, [40], roomFor(10));
  const steps = stepsIn(smaller);
  expect(steps.length).toBeLessThanOrEqual(10);
  expect([steps[0], steps.at(-1)]).toEqual([0, 40]);
  filled(folder, [41], 0);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, SNAPSHOTS_FILE), 'mine, and longer than a header');
  filled(folder, [42], 0);
  expect(readdirSync(folder)).toEqual([SNAPSHOTS_FILE]);
});

test("a branch takes over its parent's snapshots up to its step", async () => {
  const parent = filled(await temporaryFolder(), [0, 47, 94]);
  const branch = new SnapshotsFile(await temporaryFolder(), randomUUID());
  branch.copyFrom(parent, 60);
  expect(stepsIn(branch)).toEqual([0, 47]);
  const childless = new SnapshotsFile(await temporaryFolder(), randomUUID());
  childless.copyFrom(new SnapshotsFile(await temporaryFolder(), randomUUID()), 60);
  expect(childless.upTo(60)).toBeNull();
});
