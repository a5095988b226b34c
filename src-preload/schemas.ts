/**
 * One schema per value that crosses a boundary (renderer to main, main to engine thread) or is read from
 * disk. A schema yields the type, the check and the error message at once.
 */
import { z } from 'zod';
import { MAX_PICTURE_SIDE } from './picture-file';

// zod would otherwise try `new Function`, which the content security policy forbids.
z.config({ jitless: true });

const whole = (name: string, min: number, max: number) => {
  // Only when it is shown: the first formatted number loads a language's rules, which takes 40 ms in each thread.
  const error = () => `${name} must be a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

/** The maximum total number of epochs of a run, including added ones; checkpoints with more are not read. */
export const maxEpochs = 10_000;

/** The hyperparameters of a run, under the article's names. */
export const RunConfig = z.strictObject({
  /** The total number of passes over the training set. */
  epochs: whole('Epochs', 1, maxEpochs),
  /** Images in one training step. */
  batchSize: whole('Batch size', 1, 10_000),
  /** Images in one forward pass of a test; affects speed only. */
  testBatchSize: whole('Test batch size', 1, 10_000),
  learningRate: z
    .number('Learning rate must be a number')
    .gt(0, 'Learning rate must be more than 0')
    .max(10, 'Learning rate must be at most 10'),
  momentum: z
    .number('Momentum must be a number')
    .min(0, 'Momentum must be at least 0')
    .lt(1, 'Momentum must be less than 1'),
  /** Steps between reported training losses. */
  logInterval: whole('Log interval', 1, 100_000),
  /** Steps between checkpoints. */
  checkpointInterval: whole('Checkpoint interval', 1, 100_000),
  seed: whole('Seed', 0, 4_294_967_295),
  /** Whether training images are varied slightly, differently in each epoch. Older runs lack this setting. */
  augmentation: z.boolean('Augmentation must be on or off').default(false),
});
export type RunConfig = z.infer<typeof RunConfig>;

/** The article's values. */
export const defaultConfig: RunConfig = {
  epochs: 3,
  batchSize: 64,
  testBatchSize: 1000,
  learningRate: 0.01,
  momentum: 0.5,
  logInterval: 10,
  checkpointInterval: 10,
  seed: 1,
  augmentation: false,
};

export const RunState = z.enum(['idle', 'running', 'pausing', 'paused', 'finished', 'failed']);
export type RunState = z.infer<typeof RunState>;

/**
 * The article's four lists, and the number of correct test images in each test.
 * Counters are numbers of training examples seen.
 */
export const History = z.strictObject({
  trainLosses: z.array(z.number()),
  trainCounter: z.array(z.number().int().nonnegative()),
  testLosses: z.array(z.number()),
  testCounter: z.array(z.number().int().nonnegative()),
  testCorrect: z.array(z.number().int().nonnegative()),
});
export type History = z.infer<typeof History>;

/** A run's name is the name of a folder, without a path. */
export const RunName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u,
    'A run name has 1 to 64 letters, digits, spaces, dots, dashes or underscores, and starts with a letter or digit',
  )
  .refine((name) => !/[. ]$/.test(name), 'A run name cannot end with a dot or a space');

/** Identifies a checkpoint by the run's name and the name of the checkpoint's folder in it. */
export const CheckpointName = z.strictObject({
  run: RunName,
  name: z.string().regex(/^step-\d{8,15}$/, 'A checkpoint has a name such as step-00000938'),
});
export type CheckpointName = z.infer<typeof CheckpointName>;

/** A run after a number of training steps. */
export const StepOfRun = z.strictObject({ run: RunName, step: z.number().int().min(0).max(1e15) });
export type StepOfRun = z.infer<typeof StepOfRun>;

/**
 * A step to look at. If it is only passed, on the way to another one, and a run is trained, the nearest kept state before
 * it is enough, for which nothing has to be computed.
 */
export const LookedAtStep = StepOfRun.extend({ isPassed: z.boolean().optional() });
export type LookedAtStep = z.infer<typeof LookedAtStep>;

/** A new run and the checkpoint that it starts from; null for weights drawn from its seed. */
export const NewRun = z.strictObject({ config: RunConfig, from: CheckpointName.nullable() });

/** A person's name for a run and note about it. An empty name means that of its folder. */
export const RunDetails = z.strictObject({
  run: RunName,
  name: z.string().trim().max(60, 'A name has at most 60 characters'),
  note: z.string().trim().max(2000, 'A note has at most 2,000 characters'),
});
export type RunDetails = z.infer<typeof RunDetails>;

const padCoordinate = z.number().min(-1000).max(2000);

/**
 * One stroke on the pad: the pen's path as points x, y in pad units (the pad is 280 x 280), and the pen's
 * width in the same units. If the pen's pressure varied, points have a third number: the factor by which the
 * stroke is wider there.
 */
export const Stroke = z.strictObject({
  width: z.number().min(1).max(100),
  /** Removes ink instead of adding it. */
  erases: z.boolean().optional(),
  points: z.array(z.tuple([padCoordinate, padCoordinate, z.number().min(0.1).max(3).optional()])).max(20_000),
});
export type Stroke = z.infer<typeof Stroke>;
export type Point = Stroke['points'][number];

export const Drawing = z.strictObject({ strokes: z.array(Stroke).max(500) });
export type Drawing = z.infer<typeof Drawing>;

/** A drawing, and the digit that another stroke is to make of it. */
export const DrawingToTurn = z.strictObject({ drawing: Drawing, digit: whole('The digit', 0, 9) });

const maxPictureText = Math.ceil((MAX_PICTURE_SIDE * MAX_PICTURE_SIDE) / 3) * 4;

/** Not a regular expression, which would take hours to search a long text of nothing but padding. */
const paddingOf = (base64: string) => (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

/**
 * A picture that a digit is to be found in: width x height grey values, row by row, 0 black to 255 white, as base64.
 * Ink may be dark on light or light on dark.
 */
export const GreyPicture = z
  .strictObject({
    width: whole('The width', 1, MAX_PICTURE_SIDE),
    height: whole('The height', 1, MAX_PICTURE_SIDE),
    pixels: z.base64('Not base64').max(maxPictureText, 'The picture is too large'),
  })
  .refine(
    // Four characters encode three bytes, except for the padding at the end.
    ({ width, height, pixels }) => (pixels.length / 4) * 3 - paddingOf(pixels) === width * height,
    'The picture must have width x height grey values',
  );
export type GreyPicture = z.infer<typeof GreyPicture>;

/** 28 x 28 grey values, row by row, 0 the background, as base64. */
export const GreyImage = z
  .base64('Not base64')
  // 784 bytes take 1046 characters and two of padding.
  .length(1048, 'An image of 28 x 28 grey values is needed');
export type GreyImage = z.infer<typeof GreyImage>;

/** Indices of test images. */
export const TestIndices = z.array(z.number().int().nonnegative()).max(500, 'At most 500 images are sent at once');

export const DrawingId = z.uuid('A kept drawing is named by a UUID');

/** A drawing that a person labelled, as stored on disk. */
export const KeptDrawing = z.strictObject({
  id: DrawingId,
  /** The digit. */
  label: whole('The digit', 0, 9),
  /** The network's input. */
  pixels: GreyImage,
  /** The strokes; empty for an opened picture. */
  strokes: Drawing.shape.strokes,
});
export type KeptDrawing = z.infer<typeof KeptDrawing>;

/** The network that reads drawings: that of the open run or file, the bundled one, or that of a checkpoint. */
export const ModelChoice = z.union([z.enum(['opened', 'bundled']), CheckpointName, LookedAtStep]);
export type ModelChoice = z.infer<typeof ModelChoice>;

const indicesBelow = (count: number) =>
  z
    .array(
      z
        .int()
        .min(0)
        .max(count - 1),
    )
    .max(count)
    .refine((indices) => new Set(indices).size === indices.length, 'Each part once');

/** Parts of the network, by their indices: maps of the two convolutions, and units of the hidden layer. */
export const NetworkParts = z.strictObject({
  firstLayer: indicesBelow(10),
  secondLayer: indicesBelow(20),
  units: indicesBelow(50),
});
export type NetworkParts = z.infer<typeof NetworkParts>;

export const nothingOff: NetworkParts = { firstLayer: [], secondLayer: [], units: [] };

export function partCount({ firstLayer, secondLayer, units }: NetworkParts): number {
  return firstLayer.length + secondLayer.length + units.length;
}

/** Ten different digits. */
const RELABELLING = /^labels-(?!.*(\d).*\1)\d{10}$/;

/** The digits that a dataset's labels stand for: `labels-1234567890` reads the label 0 as 1, 1 as 2, and 9 as 0. */
export const Relabelling = z.custom<`labels-${string}`>(
  (value) => typeof value === 'string' && RELABELLING.test(value),
);
export type Relabelling = z.infer<typeof Relabelling>;

/** How a dataset's images or labels are changed on loading to resemble MNIST's. */
export const ImageRemedy = z.union([z.enum(['inverted', 'transposed']), Relabelling]);
export type ImageRemedy = z.infer<typeof ImageRemedy>;

/** A person's choice of how to use a dataset's images and labels. */
export const ImageChoice = z.union([z.literal('as-they-are'), ImageRemedy]);
export type ImageChoice = z.infer<typeof ImageChoice>;

/** Ten digits, or ten classes of something else. */
export const CLASS_COUNT = 10;

export const ClassName = z
  .string()
  .trim()
  .min(1, 'A class needs a name')
  .max(40, 'A name has at most 40 characters')
  .regex(/^\P{C}*$/u, 'A name can have only letters, digits and signs');

/** The names of a dataset's classes, in the order of their numbers. */
export const ClassNames = z
  .array(ClassName)
  .length(CLASS_COUNT, 'Exactly ten class names are needed')
  .refine((names) => new Set(names).size === names.length, 'Two classes have the same name');

/** The source of a person's own data. */
export const DataSource = z.strictObject({
  folder: z.string(),
  /** null if the person has not chosen: the images are then used unchanged, and checked. */
  images: ImageChoice.nullable(),
  /** The person's names for the classes, if any; they override those in a file beside the data. */
  classNames: ClassNames.optional(),
});
export type DataSource = z.infer<typeof DataSource>;

/** The device to train on: the native library (auto, CPU or GPU), WebAssembly, or JavaScript. */
export const DeviceChoice = z.enum(['auto', 'cpu', 'gpu', 'wasm', 'javascript']);
export type DeviceChoice = z.infer<typeof DeviceChoice>;

/** The room for the time machine in each run's folder, in MB; 0 keeps nothing. */
export const snapshotRooms = [0, 50, 200, 500] as const;
export const SnapshotRoom = z.literal(snapshotRooms);
export type SnapshotRoom = z.infer<typeof SnapshotRoom>;
export const DEFAULT_SNAPSHOT_ROOM: SnapshotRoom = 200;

/** The number of epochs to add to a finished run. */
export const MoreEpochs = whole('More epochs', 1, 1000);

/** The formats in which a network can be exported. */
export const ExportFormat = z.enum(['onnx', 'tensorflow-js', 'safetensors', 'pytorch']);
export type ExportFormat = z.infer<typeof ExportFormat>;

const maxPngText = 20_000_000;

/** A chart as the renderer drew it: a PNG file as base64, at most 20 MB. */
export const PngImage = z
  .base64('Not base64')
  .max(maxPngText, 'The picture is larger than 20 MB')
  // The first six of the eight bytes of a PNG file's signature.
  .startsWith('iVBORw0K', 'Not a PNG picture');

/** An image of the test set as a picture, and its index. */
export const TestImagePicture = z.strictObject({ index: z.number().int().min(0).max(9_999_999), png: PngImage });

/** The maximum length of the JSON of large values, in characters. */
export const maxLength = {
  /** More than a minute of a pen that reports a thousand points per second. */
  drawing: 4_000_000,
  picture: maxPictureText + 100,
  png: maxPngText + 100,
};
