import { expect, test } from 'vitest';
import { type LabelledImages, type MnistDataset, PIXELS } from '../../../../src-main/data/mnist';
import { type LessonImages, makeLesson } from '../../../../src-main/training/lesson';

/** Different images with one label. */
function set(count: number, label: number): LabelledImages {
  const images = Uint8Array.from({ length: count * PIXELS }, (_, i) => (i * (label + 3)) % 256);
  return { count, images, labels: new Uint8Array(count).fill(label) };
}

const base: MnistDataset = { name: 'Data', sha256: 'a'.repeat(64), train: set(500, 0), test: set(10, 0) };
const images = (drawings: number): LessonImages => ({
  drawings: set(drawings, 1),
  heldOut: set(7, 2),
  otherHands: set(20, 3),
});

const lessonOf = (parts: LessonImages, seed = 1) => makeLesson(base, parts, seed, 4000);

const share = ({ labels, count }: LabelledImages, label: number) =>
  labels.filter((other) => other === label).length / count;

test('a lesson mixes drawings, digits of other hands and the data, but no drawings that are held out', async () => {
  const { name, train, test: tested, lesson } = await lessonOf(images(50));
  expect(name).toBe('Data and 50 of your drawings');
  expect([0, 1, 2, 3].map((label) => share(train, label))).toEqual([0.5, 0.2, 0, 0.3]);
  expect(tested).toBe(base.test);
  expect(lesson).toMatchObject({ base: { name: 'Data', sha256: base.sha256 } });
  // A few drawings are not repeated without end.
  expect(share((await lessonOf(images(2))).train, 1)).toBe(600 / 4000);
});

test('a lesson follows from its images and seed, and its checksum shows every change', async () => {
  const first = await lessonOf(images(50));
  const same = await lessonOf(images(50));
  expect(Buffer.from(same.train.images).equals(first.train.images)).toBe(true);
  const changes: Promise<MnistDataset>[] = [lessonOf(images(50), 2), lessonOf(images(49))];
  for (const part of ['drawings', 'heldOut', 'otherHands'] as const) {
    const changed = images(50);
    changed[part].images[5]! ^= 128;
    changes.push(lessonOf(changed));
  }
  const checksums = (await Promise.all(changes)).map(({ sha256 }) => sha256);
  expect(new Set([first.sha256, ...checksums]).size).toBe(6);
  expect(same.sha256).toBe(first.sha256);
});

test.each(['drawings', 'heldOut'] as const)('a lesson needs %s', async (part) => {
  const none = { ...images(5), [part]: set(0, 1) };
  await expect(lessonOf(none)).rejects.toMatchObject({ code: 'too-few-drawings' });
});
