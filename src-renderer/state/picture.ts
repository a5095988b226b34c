import type { GreyImage, GreyPicture } from '@contract/schemas';
import { endOfPicture, greyPicture, pictureKind, pictureProblems, problemOfOtherKind } from '@contract/picture-file';
import { RequestError } from '../bridge';

/** The side of the network's images. */
const imageSide = 28;

/** A picture that contains a digit. */
export interface Picture {
  /** For the pad. */
  image: CanvasImageSource & { width: number; height: number };
  /** For the network. */
  grey: GreyPicture;
}

/** The pad shows no more pixels along a side. */
const maxShownSide = 512;

/** Rows are read in strips, so that a photo's pixels are not all in memory twice. */
const rowsTogether = 256;

/**
 * Decodes a PNG, JPEG, WebP, GIF or BMP file to the grey values that the command line reads in it, and an AVIF file.
 * @throws RequestError `picture-unreadable`
 */
export async function readPicture(file: Blob): Promise<Picture> {
  const unreadable = (what: string) => {
    const name = file instanceof File ? file.name : 'The picture';
    return new RequestError('picture-unreadable', `${name} cannot be read: ${what}.`);
  };
  const content = await file.arrayBuffer().catch(() => {
    throw unreadable('it is a folder, is no longer there, or may not be read');
  });
  const bytes = new Uint8Array(content);
  const isOther = pictureKind(bytes) === null;
  const end = isOther ? bytes.length : endOfPicture(bytes);
  if (end === null) throw unreadable(pictureProblems.cutOff);
  // The colours as they are in the file, whatever screen they were meant for.
  const options = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' } as const;
  const bitmap = await createImageBitmap(new Blob([bytes.subarray(0, end)]), options).catch(() => {
    throw unreadable(isOther ? problemOfOtherKind(bytes) : pictureProblems.cutOff);
  });
  const { width, height, values, paper } = greyPicture(bitmap, rowReader(bitmap));
  const image = onPaper(bitmap, paper);
  bitmap.close();
  return { image, grey: { width, height, pixels: toBase64(values) } };
}

/** Reads a bitmap's colours in strips. */
function rowReader(bitmap: ImageBitmap): (first: number, count: number) => Uint8ClampedArray {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, Math.min(height, rowsTogether));
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  let strip = { first: 0, data: new Uint8ClampedArray(0) };
  return (first, count) => {
    const from = 4 * width * (first - strip.first);
    if (from + 4 * width * count > strip.data.length) {
      context.clearRect(0, 0, width, canvas.height);
      context.drawImage(bitmap, 0, -first);
      strip = { first, data: context.getImageData(0, 0, width, canvas.height).data };
      return strip.data.subarray(0, 4 * width * count);
    }
    return strip.data.subarray(from, from + 4 * width * count);
  };
}

/** The picture as the pad shows it. @param paper the grey value behind transparent pixels */
function onPaper(bitmap: ImageBitmap, paper: number): OffscreenCanvas {
  const scale = Math.min(1, maxShownSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(scale * bitmap.width));
  const height = Math.max(1, Math.round(scale * bitmap.height));
  const image = new OffscreenCanvas(width, height);
  const context = image.getContext('2d')!;
  context.fillStyle = `rgb(${paper} ${paper} ${paper})`;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return image;
}

/** An image of 28 x 28 grey values, light on dark, as a picture. */
export function pictureOf(image: GreyImage): Picture {
  const canvas = new OffscreenCanvas(imageSide, imageSide);
  const data = new ImageData(imageSide, imageSide);
  const values = atob(image);
  for (let i = 0; i < values.length; i++) {
    data.data.fill(values.charCodeAt(i), 4 * i, 4 * i + 3);
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')!.putImageData(data, 0, 0);
  return { image: canvas, grey: { width: imageSide, height: imageSide, pixels: image } };
}

function toBase64(values: Uint8Array): string {
  let bytes = '';
  for (const value of values) bytes += String.fromCharCode(value);
  return btoa(bytes);
}
