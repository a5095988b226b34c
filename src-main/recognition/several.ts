/** Reads writing as several digits. */
import type { Frame } from '@contract/recognition';
import { findInk } from './find-ink';
import { mostLikely } from '../training/evaluate';
import { normalize } from './normalize';
import type { Picture } from './picture';
import type { Bitmap } from './rasterize';
import { type Reader, type Reading, answer, carefulAnswer, onPad, readInk } from './reading';
import { type Segment, segmentsOf } from './segments';
import { withMinStrokeWidth } from './stroke-width';

/** In pixels; more than for a single digit, since a page may contain a dozen. */
const MAX_PAGE_SIDE = 800;

/** One of several digits. */
export interface Part extends Reading {
  /** The bounding box of its ink on the pad. */
  box: Frame;
}

/** Several digits of one picture, in reading order. */
export interface RecognizedDigits {
  /** The box is x, y, width and height in the picture's pixels. */
  digits: { digit: number | null; box: [number, number, number, number] }[];
  /** All digits, with `?` for anything else. */
  text: string;
}

/** The threshold is multiplied by this if the picture is stated to contain several digits. */
const ENOUGH_ON_PAGE = 0.75;
/**
 * If at least this fraction of a page was read as digits, the rest count as digits too, with the threshold multiplied
 * by `ENOUGH_AMONG_DIGITS`.
 */
const MIN_SHARE_READ = 2 / 3;
const ENOUGH_AMONG_DIGITS = 0.4;

/** Reads all digits of a picture. */
export function recognizeDigits({ network, calibration }: Reader, picture: Picture): RecognizedDigits {
  const threshold = ENOUGH_ON_PAGE * calibration.threshold;
  const { page, digits } = bestPage({ network, calibration: { ...calibration, threshold } }, picture);
  const scale = picture.width / page.width;
  return {
    digits: digits.map(({ reading: { digit }, segment: { box } }) => {
      const [x, y, width, height] = [box.left, box.top, box.width, box.height].map((value) =>
        Math.round(value * scale),
      );
      return { digit, box: [x!, y!, width!, height!] };
    }),
    text: digits.map(({ reading: { digit } }) => digit ?? '?').join(''),
  };
}

/** @returns the digits of a picture in reading order; none unless it contains several that can be read separately */
export function partsOfPicture(reader: Reader, picture: Picture): Part[] {
  const { page, digits } = bestPage(reader, picture);
  return partsOnPad(page, digits);
}

/** Like `partsOfPicture`, for ink that was found already, such as a drawing's. */
export function partsOfInk(reader: Reader, ink: Bitmap): Part[] {
  return partsOnPad(ink, digitsOn(reader, ink));
}

interface Digit {
  segment: Segment;
  reading: Reading;
}

/** If it is doubtful whether ink is dark or light, chooses the page that looks most like digits. */
function bestPage(reader: Reader, picture: Picture): { page: Bitmap; digits: Digit[] } {
  const pages = findInk(picture, MAX_PAGE_SIDE).map((page) => {
    const digits = digitsOn(reader, page);
    const confidences = digits.map(({ reading }) => reading.confidence);
    return { page, digits, mean: confidences.reduce((a, b) => a + b, 0) / Math.max(1, digits.length) };
  });
  return pages.reduce((a, b) => (b.mean > a.mean ? b : a));
}

function digitsOn(reader: Reader, page: Bitmap): Digit[] {
  const segments = segmentsOf(page, (ink) => confidence(reader, ink));
  const readings = segments.map(({ ink }) => readInk(reader, withMinStrokeWidth(ink), carefulAnswer));
  return amongDigits(readings, reader.calibration.threshold).map((reading, i) => ({ segment: segments[i]!, reading }));
}

/** Also reads unclear writing as the likeliest digit if nearly everything around it is a digit. */
function amongDigits(readings: Reading[], threshold: number): Reading[] {
  const read = readings.filter(({ digit }) => digit !== null).length;
  if (read < MIN_SHARE_READ * readings.length) return readings;
  return readings.map((reading) =>
    reading.digit === null && reading.confidence >= ENOUGH_AMONG_DIGITS * threshold
      ? { ...reading, digit: mostLikely(reading.probabilities) }
      : reading,
  );
}

function partsOnPad(page: Bitmap, digits: Digit[]): Part[] {
  const areDigits = digits.length > 1 && digits.every(({ reading }) => reading.digit !== null);
  if (!areDigits) return [];
  return digits.map(({ segment, reading }) => {
    const { left, top, width, height } = segment.box;
    return { ...reading, box: onPad({ x: left, y: top, width, height }, page), frame: frameOnPad(segment, page) };
  });
}

/** The area of the pad that the network's 28 x 28 pixels cover. */
function frameOnPad({ box, ink, margin }: Segment, page: Bitmap): Frame | null {
  const frame = normalize(withMinStrokeWidth(ink))?.frame;
  return frame ? onPad({ ...frame, x: box.left - margin + frame.x, y: box.top - margin + frame.y }, page) : null;
}

function confidence(reader: Reader, ink: Bitmap): number {
  const normalized = normalize(withMinStrokeWidth(ink));
  return normalized === null ? 0 : answer(reader, normalized.pixels).confidence;
}

/** A digit on a page that a person says is full of digits. */
export interface FoundDigit {
  /** The network's input: 28 x 28 grey values. */
  pixels: Uint8Array;
  /** The likeliest digit. */
  digit: number;
}

/** Finds the digits of a page, in reading order, whether the network can read them or not. */
export function findDigits(reader: Reader, picture: Picture): FoundDigit[] {
  return bestPage(reader, picture)
    .digits.filter(({ reading }) => reading.frame !== null)
    .map(({ reading: { preview, probabilities } }) => ({ pixels: preview, digit: mostLikely(probabilities) }));
}
