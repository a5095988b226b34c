/**
 * Decodes uncompressed BMP files, following Windows' documentation of BITMAPFILEHEADER and BITMAPINFOHEADER. `sharp`
 * does not read BMP, and the packages that do lack palettes or pictures that are stored from the top down.
 */

/** Four bytes per pixel: red, green, blue and opacity. */
export interface Rgba {
  width: number;
  height: number;
  data: Uint8Array;
}

const INFO_HEADER = 14;
const SUPPORTED_BITS = [1, 4, 8, 24, 32];
/** Values of the header's `compression`: none, and none with bit masks for the colours. */
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;

/** @throws Error saying what is wrong with the file */
export function decodeBmp(bytes: Buffer, maxPixels: number): Rgba {
  if (bytes.length < INFO_HEADER + 40) throw new Error('the file is cut off');
  const headerSize = bytes.readUInt32LE(INFO_HEADER);
  if (headerSize < 40) throw new Error('it is a BMP picture of a very old kind');
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
  if (bytes.length < start + stride * height) throw new Error('the file is cut off');

  const colourAt = bits <= 8 ? paletteReader(bytes, INFO_HEADER + headerSize, bits) : trueColourReader(bits / 8);
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const from = colourAt(row, x);
      // Blue comes first. The meaning of the fourth byte varies between programs; most leave it 0.
      data.set([bytes[from + 2] ?? 0, bytes[from + 1] ?? 0, bytes[from] ?? 0, 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Returns the position in the file of the colour of a row's pixel x. */
type ColourReader = (row: number, x: number) => number;

function paletteReader(bytes: Buffer, palette: number, bits: number): ColourReader {
  const perByte = 8 / bits;
  return (row, x) => {
    const byte = bytes[row + Math.floor(x / perByte)]!;
    const index = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
    return palette + 4 * index;
  };
}

function trueColourReader(size: number): ColourReader {
  return (row, x) => row + size * x;
}
