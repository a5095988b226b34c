/** What the window and the command line do alike with picture files, although each has its own decoder. */

/** A page of digits needs no more pixels than this along a side. */
export const MAX_PICTURE_SIDE = 1600;

/** Grey values, row by row, 0 black to 255 white. */
interface Picture {
  width: number;
  height: number;
  values: Uint8Array;
}

interface Size {
  width: number;
  height: number;
}

/**
 * Converts colours to grey values: the luma of ITU-R BT.601, averaged over blocks of pixels if the picture is large.
 * Transparent pixels are white, or black if the visible ones are light: white ink on a transparent background would vanish
 * on white.
 * @param readRows returns red, green, blue and opacity, 0 to 255, of `count` rows from `first`
 */
export function greyPicture(
  { width, height }: Size,
  readRows: (first: number, count: number) => ArrayLike<number>,
): Picture & { paper: 0 | 255 } {
  const block = Math.ceil(Math.max(width, height) / MAX_PICTURE_SIDE);
  const [newWidth, newHeight] = [Math.ceil(width / block), Math.ceil(height / block)];
  const light = new Float32Array(newWidth * newHeight);
  const opacity = new Float32Array(newWidth * newHeight);
  for (let row = 0; row < newHeight; row++) {
    const count = Math.min(block, height - row * block);
    const data = readRows(row * block, count);
    const pixels = 1 / (block * block);
    for (let i = 0; i < width * count; i++) {
      const at = row * newWidth + Math.floor((i % width) / block);
      const share = pixels * (data[4 * i + 3]! / 255);
      light[at]! += share * (0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!);
      opacity[at]! += share;
    }
  }
  // Blocks at the right and lower edges may be cut off; their mean is over fewer pixels.
  const filled = (at: number) => {
    const [x, y] = [at % newWidth, Math.floor(at / newWidth)];
    return (Math.min(block, width - x * block) * Math.min(block, height - y * block)) / (block * block);
  };
  const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
  const [seen, seenLight] = [sum(opacity), sum(light)];
  const isTransparent = opacity.some((value, at) => value < 0.999 * filled(at));
  const paper = isTransparent && seenLight > 128 * seen ? 0 : 255;
  const values = Uint8Array.from(light, (value, at) =>
    Math.round((value + paper * (filled(at) - opacity[at]!)) / filled(at)),
  );
  return { width: newWidth, height: newHeight, values, paper };
}

export type PictureKind = 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp';

/** @returns the kind that the first bytes show, whatever the file is called; null for any other kind */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  const start = textAt(bytes, 0, 12);
  if (start.startsWith('\x89PNG')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('GIF8')) return 'gif';
  if (/^RIFF....WEBP/s.test(start)) return 'webp';
  return start.startsWith('BM') ? 'bmp' : null;
}

/**
 * Finds where the picture in a file ends; other content may follow. To be called before decoding, since some decoders
 * make up pixels that are missing.
 * @returns an offset in bytes; null if the file is cut off, or of another kind
 */
export function endOfPicture(bytes: Uint8Array): number | null {
  const kind = pictureKind(bytes);
  const end = kind === null ? null : ends[kind](bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  return end !== null && end <= bytes.length ? end : null;
}

type End = (bytes: Uint8Array, view: DataView) => number | null;

const ends: Record<PictureKind, End> = {
  /** After the last chunk. */
  png(bytes, view) {
    for (let at = 8; at + 12 <= bytes.length;) {
      const end = at + 12 + view.getUint32(at);
      if (textAt(bytes, at + 4, 4) === 'IEND') return end;
      at = end;
    }
    return null;
  },
  /** After the end marker. A thumbnail in the segments before the picture has an end marker too. */
  jpeg(bytes, view) {
    let at = 2;
    while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
      at += bytes[at + 1] === 0xff ? 1 : 2 + view.getUint16(at + 2);
    }
    for (; at + 2 <= bytes.length; at++) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2;
    return null;
  },
  /** After the first image, which consists of blocks that begin with their length. */
  gif(bytes) {
    const colours = (flags = 0) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
    const afterBlocks = (from: number) => {
      let at = from;
      while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
      return at + 1;
    };
    let at = 13 + colours(bytes[10]);
    while (at < bytes.length) {
      if (bytes[at] === 0x2c) return afterBlocks(at + 11 + colours(bytes[at + 9]));
      if (bytes[at] !== 0x21) return null;
      at = afterBlocks(at + 2);
    }
    return null;
  },
  webp: (bytes, view) => (bytes.length < 12 ? null : 8 + view.getUint32(4, true)),
  /** The header of a compressed picture states its length. */
  bmp(bytes, view) {
    if (bytes.length < 54) return null;
    // Older headers have the size elsewhere; the decoder refuses such files.
    if (view.getUint32(14, true) < 40) return bytes.length;
    const [start, width, height] = [view.getUint32(10, true), view.getInt32(18, true), view.getInt32(22, true)];
    const isCompressed = ![0, 3].includes(view.getUint32(30, true));
    const stride = Math.ceil((width * view.getUint16(28, true)) / 32) * 4;
    return start + (isCompressed ? view.getUint32(34, true) : stride * Math.abs(height));
  },
};

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/** Why a file cannot be read. */
export const pictureProblems = {
  cutOff: 'the file is damaged or cut off',
};

/** Kinds of files that people bring, by their first characters. */
const otherKinds: [beginning: RegExp, kind: string][] = [
  [/^.{4}ftyp(hei|hev|mif1|msf1)/s, 'a HEIC picture'],
  [/^.{4}ftypavi/s, 'an AVIF picture'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF picture'],
  [/^%PDF/, 'a PDF document'],
  [/^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*>\s*)?(<!doctype svg[^>]*>\s*)?<svg/i, 'an SVG drawing'],
];

/** Why a file is refused whose `pictureKind` is null. */
export function problemOfOtherKind(bytes: Uint8Array): string {
  const start = textAt(bytes, 0, 1000);
  const kind = otherKinds.find(([beginning]) => beginning.test(start))?.[1];
  return kind === undefined
    ? 'it is not a PNG, JPEG, WebP, GIF or BMP picture'
    : `it is ${kind}; save it as PNG or JPEG`;
}
