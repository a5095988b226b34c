/**
 * Whether a picture's ink is dark on light paper, or light on dark. Two things are looked at, both after the slow
 * changes of light were taken away: writing covers less area than paper, which makes the distribution of brightness
 * skew towards the ink; and what lies along the picture's border is paper. A picture in which they disagree, or say
 * little, is doubtful: a tight cut of a bold digit, a sheet on a dark table.
 */
import { type Field, blurred, otsu } from './picture';

export interface Polarity {
  inkIsDark: boolean;
  /** The other way round is nearly as likely. */
  isDoubtful: boolean;
}

/** Of a sum between -2 and 2; below it the two signs contradict each other, or both say little. */
const MIN_EVIDENCE = 0.9;

/** @param picture grey values of 0 to 255 */
export function polarityOf(picture: Field): Polarity {
  const evidence = skewness(picture) + borderLightness(picture);
  return { inkIsDark: evidence >= 0, isDoubtful: Math.abs(evidence) < MIN_EVIDENCE };
}

/** From -1, where all that stands out is light, to 1, where all that stands out is dark; 0 where neither does. */
function skewness(picture: Field): number {
  const around = blurred(picture, Math.ceil(Math.max(picture.width, picture.height) / 4));
  let [sum, size] = [0, 0];
  picture.values.forEach((value, at) => {
    const cube = (around.values[at]! - value) ** 3;
    sum += cube;
    size += Math.abs(cube);
  });
  return size === 0 ? 0 : sum / size;
}

/** From -1, where the whole border belongs to the dark half of the picture, to 1, where all of it is light. */
function borderLightness({ width, height, values }: Field): number {
  const { threshold } = otsu(values, 255);
  let [light, count] = [0, 0];
  const look = (x: number, y: number) => {
    if (values[y * width + x]! >= threshold) light++;
    count++;
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => look(x, y));
  for (let y = 1; y < height - 1; y++) [0, width - 1].forEach((x) => look(x, y));
  return (2 * light) / count - 1;
}
