import type { Frame, Reason } from '@contract/contract';
import type { Drawing } from '@contract/schemas';
import { CLASSES, PIXELS, SIDE } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../network/network';
import { type Calibration, confidenceOf, tempered } from './calibration';
import { findInk } from './find-ink';
import { normalize } from './normalize';
import { withReadablePen } from './pen-width';
import type { Picture } from './picture';
import { type Bitmap, PAD_SIDE, rasterize } from './rasterize';
import { segmentsOf } from './segments';
import { withMinStrokeWidth } from './stroke-width';

/** A network that answers, and how much its probabilities are worth. */
export interface Reader {
  network: Network;
  calibration: Calibration;
}

export interface Recognition {
  /** null when it is no digit, or nothing. */
  digit: number | null;
  /** Ten probabilities that sum to 1; all 0 when nothing, or too little, is drawn. */
  probabilities: number[];
  /** What the network was shown: 28 x 28 grey values. */
  preview: Uint8Array;
  /** Where on the pad that is; null when nothing is drawn. */
  frame: Frame | null;
  /** Why there is no digit; null when there is one, or no network to tell. */
  reason: Reason | null;
}

/** What a reading is worth beside another one of the same ink. */
type Reading = Recognition & { confidence: number };

/** Several digits of one picture, in reading order. */
export interface RecognizedDigits {
  /** The box is x, y, width and height in the picture's pixels. */
  digits: { digit: number | null; box: [number, number, number, number] }[];
  /** All of them; `?` for what is no digit. */
  text: string;
}

const unanswered: Pick<Recognition, 'digit' | 'probabilities'> = {
  digit: null,
  probabilities: Array.from({ length: CLASSES }, () => 0),
};

/** @param reader null while there is no network: nothing is answered then */
export function recognize(reader: Reader | null, drawing: Drawing): Recognition {
  const recognition = withoutConfidence(recognizeBitmap(reader, rasterize(withReadablePen(drawing))));
  const isTooSmall = recognition.frame !== null && isMark(drawing);
  return isTooSmall ? { ...recognition, ...unanswered, reason: 'too-small' } : recognition;
}

/** Reads what is written in a picture: a scan, a photo, a file. */
export function recognizePicture(reader: Reader | null, picture: Picture): Recognition {
  const readings = findInk(picture).map((ink) =>
    recognizeBitmap(reader, isInMnistForm(ink) ? ink : withMinStrokeWidth(ink)),
  );
  return withoutConfidence(readings.reduce((a, b) => (b.confidence > a.confidence ? b : a)));
}

/** Such an image is left as it is: the network learned from strokes as thin as MNIST's thinnest. */
function isInMnistForm({ width, height, values }: Bitmap): boolean {
  if (width !== SIDE || height !== SIDE) return false;
  const pixels = normalize({ width, height, values })?.pixels;
  return pixels?.every((value, at) => value === values[at]) ?? false;
}

/** More pixels along a side than for one digit: a page has a dozen. */
const MAX_PAGE_SIDE = 800;

/** Reads all digits of a picture. */
export function recognizeDigits(reader: Reader, picture: Picture): RecognizedDigits {
  const pages = findInk(picture, MAX_PAGE_SIDE).map((page) => {
    const digits = segmentsOf(page, (ink) => confidence(reader, ink)).map(({ box, ink }) => {
      const scale = picture.width / page.width;
      const inPicture = [box.left, box.top, box.width, box.height].map((value) => Math.round(value * scale));
      const reading = recognizeBitmap(reader, withMinStrokeWidth(ink));
      return {
        digit: reading.digit,
        box: inPicture as [number, number, number, number],
        confidence: reading.confidence,
      };
    });
    const mean = digits.reduce((sum, digit) => sum + digit.confidence, 0) / Math.max(1, digits.length);
    return { digits, mean };
  });
  const { digits } = pages.reduce((a, b) => (b.mean > a.mean ? b : a));
  return {
    digits: digits.map(({ digit, box }) => ({ digit, box })),
    text: digits.map(({ digit }) => digit ?? '?').join(''),
  };
}

function withoutConfidence({ digit, probabilities, preview, frame, reason }: Reading): Recognition {
  return { digit, probabilities, preview, frame, reason };
}

function confidence(reader: Reader, ink: Bitmap): number {
  const normalized = normalize(withMinStrokeWidth(ink));
  return normalized === null ? 0 : answer(reader, normalized.pixels).confidence;
}

function recognizeBitmap(reader: Reader | null, bitmap: Bitmap): Reading {
  const normalized = normalize(bitmap);
  if (normalized === null) {
    return { ...unanswered, confidence: 0, preview: new Uint8Array(PIXELS), frame: null, reason: 'nothing' };
  }
  const shown = { preview: normalized.pixels, frame: onPad(normalized.frame, bitmap) };
  if (reader === null) return { ...unanswered, ...shown, confidence: 0, reason: null };
  const answered = answer(reader, normalized.pixels);
  return { ...answered, ...shown, reason: answered.digit === null ? reasonOf(reader, bitmap) : null };
}

/** Why ink is no digit: it is several that can be read one by one, or nothing that the network knows. */
function reasonOf(reader: Reader, bitmap: Bitmap): Reason {
  const confidences = segmentsOf(bitmap, (ink) => confidence(reader, ink)).map(({ ink }) => confidence(reader, ink));
  const areDigits = confidences.length > 1 && confidences.every((value) => value >= reader.calibration.threshold);
  return areDigits ? 'several' : 'not-a-digit';
}

/** From the bitmap's pixels to pad units; the bitmap lies in the middle of the pad, as large as it fits. */
function onPad({ x, y, width, height }: Frame, bitmap: Bitmap): Frame {
  const scale = PAD_SIDE / Math.max(bitmap.width, bitmap.height);
  return {
    x: (PAD_SIDE - scale * bitmap.width) / 2 + scale * x,
    y: (PAD_SIDE - scale * bitmap.height) / 2 + scale * y,
    width: scale * width,
    height: scale * height,
  };
}

/** @param pixels one image as the network wants it, 28 x 28 grey values */
export function answer(
  { network, calibration }: Reader,
  pixels: Uint8Array,
): Pick<Recognition, 'digit' | 'probabilities'> & { confidence: number } {
  const logProbabilities = network.logProbabilities(pixels, 1);
  const confidence = confidenceOf(logProbabilities);
  return {
    confidence,
    digit: confidence >= calibration.threshold ? mostLikely(logProbabilities) : null,
    probabilities: tempered(logProbabilities, calibration.temperature),
  };
}

/**
 * Whether a drawing is a dot or a tick: so short that it has no shape, however alike to a 1 it comes out once it is
 * enlarged. A 1 may be small, but it is longer than its pen is wide.
 */
function isMark({ strokes }: Drawing): boolean {
  const inked = strokes.filter(({ erases }) => !erases);
  const points = inked.flatMap((stroke) => stroke.points);
  const pen = Math.max(0, ...inked.map(({ width }) => width));
  const extent = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  };
  return Math.max(extent(0), extent(1)) < Math.max(MARK * PAD_SIDE, 1.5 * pen);
}

/** A tenth of the pad. */
const MARK = 0.1;
