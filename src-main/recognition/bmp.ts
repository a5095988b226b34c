/**
 * Decodes uncompressed BMP files, following Windows' documentation of BITMAPFILEHEADER, BITMAPINFOHEADER and
 * BITMAPV4HEADER. `sharp` does not read BMP, and the packages that do lack palettes or pictures that are stored from the
 * top down.
 */

/** Four bytes per pixel: red, green, blue and opacity. */
export interface Rgba {
  width: number;
  height: number;
  data: Uint8Array;
}

const INFO_HEADER = 14;
const SUPPORTED_BITS = [1, 4, 8, 16, 24, 32];
/** Values of the header's `compression`: none, and none with bit masks for the colours. */
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;

/** @throws Error saying what is wrong with the file */
export function decodeBmp(bytes: Buffer, maxPixels: number): Rgba {
  if (bytes.length < INFO_HEADER + 40) throw new Error('the file is cut off');
  const headerSize = bytes.readUInt32LE(INFO_HEADER);
  if (headerSize < 40) throw new Error('it is a BMP picture of a very old kind; save it as PNG');
  const width = bytes.readInt32LE(18);
  const signedHeight = bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  if (width <= 0 || height === 0) throw new Error('it has no pixels');
  if (width * height > maxPixels) throw new Error('it has too many pixels');
  if (!SUPPORTED_BITS.includes(bits) || ![UNCOMPRESSED, BIT_FIELDS].includes(compression)) {
    throw new Error('it is a compressed BMP picture; save it as PNG');
  }
  const start = bytes.readUInt32LE(10);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const masksEnd = compression === BIT_FIELDS ? INFO_HEADER + 40 + 16 : 0;
  if (bytes.length < Math.max(start + stride * height, masksEnd)) throw new Error('the file is cut off');

  const colourAt =
    bits <= 8
      ? paletteReader(bytes, INFO_HEADER + headerSize, bits)
      : bits === 24
        ? (row: number, x: number) => colourIn(bytes, row + 3 * x)
        : maskReader(bytes, bits, compression === BIT_FIELDS ? masksIn(bytes, headerSize) : usualMasks[bits]!);
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      data.set(colourAt(row, x), 4 * (y * width + x));
    }
  }
  // Some programs state where the opacity is, but leave it 0.
  if (data.every((value, i) => i % 4 !== 3 || value === 0)) {
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
  }
  return { width, height, data };
}

type Colour = [red: number, green: number, blue: number, opacity: number];

/** @param row the position in the file of the row of pixel x */
type ColourReader = (row: number, x: number) => Colour;

/** Blue comes first. */
const colourIn = (bytes: Buffer, at: number): Colour => [bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0, 255];

function paletteReader(bytes: Buffer, palette: number, bits: number): ColourReader {
  const perByte = 8 / bits;
  return (row, x) => {
    const byte = bytes[row + Math.floor(x / perByte)]!;
    const index = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
    return colourIn(bytes, palette + 4 * index);
  };
}

/** The bits of a pixel that have its red, green, blue and opacity. */
type Masks = [number, number, number, number];

/** By bits per pixel. Without masks, the meaning of the other bits varies between programs. */
const usualMasks: Record<number, Masks> = {
  16: [0x7c00, 0x03e0, 0x001f, 0],
  32: [0xff0000, 0x00ff00, 0x0000ff, 0],
};

/** The masks are after a short header and in a longer one, in the same place. */
function masksIn(bytes: Buffer, headerSize: number): Masks {
  const mask = (i: number) => bytes.readUInt32LE(INFO_HEADER + 40 + 4 * i);
  return [mask(0), mask(1), mask(2), headerSize >= 56 ? mask(3) : 0];
}

function maskReader(bytes: Buffer, bits: number, masks: Masks): ColourReader {
  const [red, green, blue, opacity] = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    const largest = mask >>> shift;
    return (pixel: number) => Math.round((255 * ((pixel & mask) >>> shift)) / largest);
  }) as ((pixel: number) => number)[];
  const size = bits / 8;
  return (row, x) => {
    const pixel = bytes.readUIntLE(row + size * x, size);
    return [red!(pixel), green!(pixel), blue!(pixel), masks[3] === 0 ? 255 : opacity!(pixel)];
  };
}
