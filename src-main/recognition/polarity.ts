/**
 * Decides whether a picture has dark ink on light paper or light ink on dark paper. Two signs are used after gradual
 * changes of brightness are removed: writing covers less area than paper, which skews the distribution of brightness
 * towards the ink, and the picture's border is paper. A picture is doubtful if the signs disagree or are weak, such as
 * a tight crop of a bold digit or a sheet on a dark table.
 */
import { type Field, blurred, otsu } from './picture';

export interface Polarity {
  inkIsDark: boolean;
  /** Whether the opposite is almost as likely. */
  isDoubtful: boolean;
}

/** The sum of both signs is between -2 and 2; below this they contradict each other, or both are weak. */
const MIN_EVIDENCE = 0.9;

/** @param picture grey values of 0 to 255 */
export function polarityOf(picture: Field): Polarity {
  const evidence = skewness(picture) + borderLightness(picture);
  return { inkIsDark: evidence >= 0, isDoubtful: Math.abs(evidence) < MIN_EVIDENCE };
}

/** From -1, if only light pixels stand out, to 1, if only dark ones do; 0 if neither. */
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

/** From -1, if the whole border belongs to the dark class, to 1, if all of it is light. */
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
