/**
 * A lesson teaches a network a person's own digits without forgetting those of others: a short training set in which
 * some images are the person's drawings, some are synthetic digits of other hands, and the others are the dataset's.
 * Networks that learn only new examples forget the old ones; mixing some of those in prevents it (A. Robins,
 * "Catastrophic forgetting, rehearsal and pseudorehearsal", 1995).
 *
 * A lesson is a function of the images and a seed in integers only, so that it is the same on every machine.
 */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../base/errors';
import { identityOf } from '../data/identity';
import { type LabelledImages, type Lesson, type MnistDataset, PIXELS } from '../data/mnist';
import { permutation } from '../network/random';
import { augment } from './augmentation';

/** The images of a lesson: 600 batches of 64, about three seconds on two cores. */
const IMAGES = 38_400;
/** The shares of the person's drawings and of other hands' digits; the others are the dataset's. */
const OWN_SHARE = 0.2;
const OTHER_HANDS_SHARE = 0.3;
/** How often a drawing is repeated, each time varied, at most: a few drawings must not outweigh their digit's others. */
const MAX_REPEATS = 300;

/** The number of images between two pauses for other work. */
const IMAGES_AT_ONCE = 400;

/** The images that a lesson is made of, besides the dataset's. */
export type LessonImages = Omit<Lesson, 'base'>;

/**
 * Makes the dataset of a lesson, tested on the base's test set. Yields to other work.
 * @param count the number of images
 * @throws UserError `too-few-drawings` if there is nothing to learn from or nothing to test on
 */
export async function makeLesson(
  base: MnistDataset,
  images: LessonImages,
  seed: number,
  count = IMAGES,
): Promise<MnistDataset> {
  const { drawings, heldOut, otherHands } = images;
  requireDrawings(images);
  const own = Math.min(Math.round(count * OWN_SHARE), MAX_REPEATS * drawings.count);
  const others = otherHands.count === 0 ? 0 : Math.round(count * OTHER_HANDS_SHARE);
  const train: LabelledImages = {
    count,
    images: new Uint8Array(count * PIXELS),
    labels: new Uint8Array(count),
  };
  await fill(train, 0, drawings, own, seed);
  await fill(train, own, otherHands, others, seed);
  const order = permutation(base.train.count, { seed, purpose: 'lesson' });
  for (let at = own + others; at < count; at++) copyImage(train, at, base.train, order[at % order.length]!);
  return {
    name: `${base.name} and ${drawings.count.toLocaleString('en')} of your drawings`,
    sha256: identityOf([train, base.test, heldOut]),
    ...(base.remedy && { remedy: base.remedy }),
    train,
    test: base.test,
    lesson: { base: { name: base.name, sha256: base.sha256 }, ...images },
  };
}

/** Copies images from a set in turn, each copy varied differently. @param from the index of the first copy */
async function fill(
  train: LabelledImages,
  from: number,
  set: LabelledImages,
  count: number,
  seed: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (i % IMAGES_AT_ONCE === 0) await setImmediate();
    const at = from + i;
    copyImage(train, at, set, i % set.count);
    // The first epoch of a run is 1.
    augment(train.images.subarray(at * PIXELS, (at + 1) * PIXELS), { seed, epoch: 0, index: at });
  }
}

function copyImage(to: LabelledImages, at: number, from: LabelledImages, index: number): void {
  to.images.set(from.images.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS);
  to.labels[at] = from.labels[index]!;
}

function requireDrawings({ drawings, heldOut }: LessonImages): void {
  if (drawings.count > 0 && heldOut.count > 0) return;
  throw new UserError(
    'too-few-drawings',
    'There are too few drawings to learn from and to test on. Draw a digit at least three times, then try again.',
  );
}
