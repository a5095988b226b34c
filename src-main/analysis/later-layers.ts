import { CLASSES } from '../data/mnist';
import { type Weights, parameterShapes } from '../network/parameters';

export const MAPS = parameterShapes['conv2.weight'][0];
export const UNITS = parameterShapes['fc1.weight'][0];
/** The pixels of a map. */
const PIXELS = parameterShapes['fc1.weight'][1] / MAPS;

/**
 * The layers after the convolutions, for one image at a time, also without one map or unit: what that one adds is
 * subtracted, so that nothing else is computed again. In plain JavaScript, since each of TensorFlow's operations takes
 * longer than this.
 */
export class LaterLayers {
  /** What a map's pixel adds to each unit: [map, pixel, unit]. */
  readonly #toUnits = new Float64Array(MAPS * PIXELS * UNITS);
  readonly #unitBias: Float32Array;
  /** What a unit adds to each digit's score: [unit, digit]. */
  readonly #toScores = new Float64Array(UNITS * CLASSES);
  readonly #scoreBias: Float32Array;

  /** What each map of the image adds to each unit: [map, unit]. */
  readonly #ofMap = new Float64Array(MAPS * UNITS);
  /** The units before ReLU. */
  readonly #sums = new Float64Array(UNITS);
  /** The ten digits' scores before softmax, with all parts. */
  readonly scores = new Float64Array(CLASSES);
  readonly #without = new Float64Array(CLASSES);

  constructor(weights: Weights) {
    this.#unitBias = weights['fc1.bias'];
    this.#scoreBias = weights['fc2.bias'];
    const inputs = MAPS * PIXELS;
    for (let unit = 0; unit < UNITS; unit++) {
      for (let i = 0; i < inputs; i++) this.#toUnits[i * UNITS + unit] = weights['fc1.weight'][unit * inputs + i]!;
      for (let k = 0; k < CLASSES; k++) this.#toScores[unit * CLASSES + k] = weights['fc2.weight'][k * UNITS + unit]!;
    }
  }

  /** Reads an image. @param maps see `Network.maps` @param image its index in them */
  read(maps: Float32Array, image: number): void {
    this.#ofMap.fill(0);
    for (let map = 0; map < MAPS; map++) {
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        const value = maps[(image * PIXELS + pixel) * MAPS + map]!;
        // After ReLU, many are.
        if (value === 0) continue;
        const from = (map * PIXELS + pixel) * UNITS;
        for (let unit = 0; unit < UNITS; unit++) {
          this.#ofMap[map * UNITS + unit]! += value * this.#toUnits[from + unit]!;
        }
      }
    }
    this.#sums.set(this.#unitBias);
    for (let i = 0; i < this.#ofMap.length; i++) this.#sums[i % UNITS]! += this.#ofMap[i]!;
    this.#score(this.#sums, this.scores);
  }

  /** The units of the image that was read, after ReLU. */
  get units(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => Math.max(0, sum));
  }

  /** @returns the scores without a map of the image that was read; overwritten by the next call */
  scoresWithoutMap(map: number): Float64Array {
    const sums = this.#sums.map((sum, unit) => sum - this.#ofMap[map * UNITS + unit]!);
    return this.#score(sums, this.#without);
  }

  /** @returns the scores without a unit, as `scoresWithoutMap` */
  scoresWithoutUnit(unit: number): Float64Array {
    const value = Math.max(0, this.#sums[unit]!);
    for (let k = 0; k < CLASSES; k++) {
      this.#without[k] = this.scores[k]! - value * this.#toScores[unit * CLASSES + k]!;
    }
    return this.#without;
  }

  #score(sums: Float64Array, scores: Float64Array): Float64Array {
    scores.set(this.#scoreBias);
    for (let unit = 0; unit < UNITS; unit++) {
      const value = sums[unit]!;
      if (value <= 0) continue;
      for (let k = 0; k < CLASSES; k++) scores[k]! += value * this.#toScores[unit * CLASSES + k]!;
    }
    return scores;
  }
}
