/** The arithmetic behind one pixel of a feature map. */
import { z } from 'zod';
import { GreyImage } from './schemas';

/** The maps of each convolution, and their side before pooling. */
export const convolutions = {
  firstLayer: { maps: 10, side: 24, inputs: 1 },
  secondLayer: { maps: 20, side: 8, inputs: 10 },
} as const;
export type ConvolutionLayer = keyof typeof convolutions;

const placeIn = (layer: ConvolutionLayer) => {
  const { maps, side } = convolutions[layer];
  const below = (count: number) =>
    z
      .int()
      .min(0)
      .max(count - 1);
  return { layer: z.literal(layer), map: below(maps), x: below(side), y: below(side) };
};

/** A pixel of a map: its convolution, map, column and row, all counted from 0. */
export const ConvolutionPlace = z.discriminatedUnion('layer', [
  z.strictObject(placeIn('firstLayer')),
  z.strictObject(placeIn('secondLayer')),
]);
export type ConvolutionPlace = z.infer<typeof ConvolutionPlace>;

/** Which pixel of which map, and the network's input. */
export const ConvolutionQuestion = z.strictObject({ image: GreyImage, place: ConvolutionPlace });

export interface Convolution {
  /** One for the first convolution, ten for the second: 5 x 5 values row by row, and the sum of their products. */
  inputs: { patch: number[]; kernel: number[]; sum: number }[];
  bias: number;
  /** All sums plus the bias. */
  value: number;
  /** The values of the 2 x 2 pixels that pooling takes the largest of, row by row; this pixel is one of them. */
  window: number[];
  /** The index of the largest in `window`. */
  winner: number;
  /** What the next layer gets: the largest after ReLU. */
  result: number;
}
