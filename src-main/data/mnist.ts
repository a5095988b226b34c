/** The format of MNIST, to which every dataset is converted. */
import type { ImageRemedy } from '@contract/schemas';

/** Height and width of an image in pixels. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const CLASSES = 10;

/** The checksum of the bundled MNIST, see `MnistDataset.sha256`. */
export const BUNDLED_SHA256 = 'b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a';

export interface LabelledImages {
  count: number;
  /** count x 28 x 28 grey values, 0 (background) to 255. */
  images: Uint8Array;
  /** count labels, 0 to 9. */
  labels: Uint8Array;
}

/** What a lesson adds to a dataset, see `training/lesson.ts`. All images have MNIST's form. */
export interface Lesson {
  /** The dataset that it was made of. */
  base: Pick<MnistDataset, 'name' | 'sha256'>;
  /** The person's drawings to learn from. */
  drawings: LabelledImages;
  /** The person's drawings that are only tested on. */
  heldOut: LabelledImages;
  /** Synthetic digits of other hands, so that they are not forgotten. */
  otherHands: LabelledImages;
}

export interface MnistDataset {
  name: string;
  /** Identifies the images and labels independently of the file format, see `identityOf`. */
  sha256: string;
  /** Absent if the images are used unchanged. */
  remedy?: ImageRemedy;
  train: LabelledImages;
  test: LabelledImages;
  /** Absent if it is not a lesson. */
  lesson?: Lesson;
}
