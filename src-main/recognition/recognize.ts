import type { Reason } from '@contract/recognition';
import type { Drawing } from '@contract/schemas';
import { SIDE } from '../data/mnist';
import { findInk } from './find-ink';
import { normalize } from './normalize';
import { withReadablePen } from './pen-width';
import type { Picture } from './picture';
import { type Bitmap, PAD_SIDE, rasterize } from './rasterize';
import { type Reader, type Reading, readInk, unanswered } from './reading';
import { type Part, partsOfInk, partsOfPicture } from './several';
import { withMinStrokeWidth } from './stroke-width';

export interface Recognition extends Omit<Reading, 'confidence'> {
  /** Why there is no digit; null if there is one, or no network to tell. */
  reason: Reason | null;
  /** The single digits in reading order, if there are several. */
  parts: Part[];
}

/** @param reader null while there is no network, which gives no answer */
export function recognize(reader: Reader | null, drawing: Drawing): Recognition {
  const ink = rasterize(withReadablePen(drawing));
  const reading = readInk(reader, ink);
  if (reading.frame !== null && isMark(drawing)) {
    return { ...recognitionOf(reading), ...unanswered, reason: 'too-small' };
  }
  return explained(reader, reading, () => partsOfInk(reader!, ink));
}

/** Reads the writing in a picture: a scan, a photo, a file. */
export function recognizePicture(reader: Reader | null, picture: Picture): Recognition {
  const readings = findInk(picture).map((ink) => readInk(reader, isInMnistForm(ink) ? ink : withMinStrokeWidth(ink)));
  const reading = readings.reduce((a, b) => (b.confidence > a.confidence ? b : a));
  return explained(reader, reading, () => partsOfPicture(reader!, picture));
}

/** Adds the reason if a reading is not a digit: nothing is drawn, several digits are, or something unknown. */
function explained(reader: Reader | null, reading: Reading, findParts: () => Part[]): Recognition {
  const recognition = recognitionOf(reading);
  if (reading.frame === null) return { ...recognition, reason: 'nothing' };
  if (reader === null || reading.digit !== null) return recognition;
  const parts = findParts();
  return { ...recognition, reason: parts.length > 0 ? 'several' : 'not-a-digit', parts };
}

function recognitionOf({ digit, probabilities, preview, frame }: Reading): Recognition {
  return { digit, probabilities, preview, frame, reason: null, parts: [] };
}

/** Whether an image is left unchanged: the network learned from strokes as thin as MNIST's thinnest. */
function isInMnistForm({ width, height, values }: Bitmap): boolean {
  if (width !== SIDE || height !== SIDE) return false;
  const pixels = normalize({ width, height, values })?.pixels;
  return pixels?.every((value, at) => value === values[at]) ?? false;
}

/**
 * Whether a drawing is a dot or a tick, too short to have a shape, although it may look like a 1 once enlarged. A 1 may
 * be small, but it is longer than its pen is wide.
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
