/** What each part of a network is for: the test images that are misread without it. */
import type { Layer, PartRanking, RankedPart } from '@contract/part-ranking';
import { nothingOff } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import { type Weights, parameterShapes } from '../network/parameters';
import { withoutParts } from '../network/without-parts';
import { mostLikely } from '../training/evaluate';
import { LaterLayers, MAPS, UNITS } from './later-layers';

/** The convolutions of as many images take a few milliseconds, for which the pad and training can wait. */
const BATCH = 250;
/** The later layers of as many images take about as long. */
const FEW = 50;
const FIRST_MAPS = parameterShapes['conv1.weight'][0];

/**
 * Tests a network without each of its 80 parts. Without a map of the first layer, the whole network is computed again;
 * without another part, only the layers after it. The generator yields how much is done, 0 to 1, so that the caller can
 * handle other requests in between, or give up.
 */
export function* rankParts(weights: Weights, set: LabelledImages): Generator<number, Omit<PartRanking, 'model'>> {
  const whole = createNetwork(weights);
  const later = new LaterLayers(weights);
  const withoutMap = Array.from({ length: FIRST_MAPS }, (_, index) =>
    createNetwork(withoutParts(weights, { ...nothingOff, firstLayer: [index] })),
  );
  const firstMaps = effects('firstLayer', FIRST_MAPS);
  const maps = effects('secondLayer', MAPS);
  const units = effects('units', UNITS);
  let correct = 0;
  try {
    for (let start = 0; start < set.count; start += BATCH) {
      const count = Math.min(BATCH, set.count - start);
      const pixels = set.images.subarray(start * PIXELS, (start + count) * PIXELS);
      const labels = set.labels.subarray(start, start + count);
      const all = whole.logProbabilities(pixels, count);
      labels.forEach((label, i) => (correct += Number(mostLikely(row(all, i)) === label)));
      for (const [index, network] of withoutMap.entries()) {
        const without = network.logProbabilities(pixels, count);
        labels.forEach((label, i) => firstMaps[index]!.add(row(all, i), row(without, i), label));
        yield (start + (count * index) / FIRST_MAPS) / set.count;
      }
      const found = whole.maps(pixels, count);
      for (let i = 0; i < count; i++) {
        later.read(found, i);
        for (const [index, map] of maps.entries()) map.add(later.scores, later.scoresWithoutMap(index), labels[i]!);
        for (const [index, unit] of units.entries()) unit.add(later.scores, later.scoresWithoutUnit(index), labels[i]!);
        if ((i + 1) % FEW === 0) yield (start + count) / set.count;
      }
    }
  } finally {
    for (const network of [whole, ...withoutMap]) network.dispose();
  }
  const parts = [...firstMaps, ...maps, ...units].sort(byNeed);
  return { correct, total: set.count, parts: parts.map((part) => part.ranked) };
}

/** What a network reads without one part. */
class Effect {
  readonly #lost = new Int32Array(CLASSES);
  /** The sum over all images. */
  lossRise = 0;
  #changesAny = false;

  constructor(
    private readonly layer: Layer,
    private readonly index: number,
  ) {}

  /** Adds an image. @param before the ten digits' scores with all parts */
  add(before: ArrayLike<number>, without: ArrayLike<number>, label: number): void {
    const isRight = (scores: ArrayLike<number>) => Number(mostLikely(scores) === label);
    this.#lost[label]! += isRight(before) - isRight(without);
    const rise = lossOf(without, label) - lossOf(before, label);
    this.lossRise += rise;
    for (let k = 0; k < CLASSES && !this.#changesAny; k++) this.#changesAny = before[k] !== without[k];
  }

  get lost(): number {
    return this.#lost.reduce((sum, lost) => sum + lost, 0);
  }

  get ranked(): RankedPart {
    const { layer, index, lost } = this;
    const label = mostLikely(this.#lost);
    const most = this.#lost[label]! > 0 ? { label, lost: this.#lost[label]! } : null;
    return { layer, index, lost, most, isDead: !this.#changesAny };
  }
}

const effects = (layer: Layer, count: number) => Array.from({ length: count }, (_, index) => new Effect(layer, index));
const byNeed = (a: Effect, b: Effect) => b.lost - a.lost || b.lossRise - a.lossRise;
const row = (values: Float32Array, image: number) => values.subarray(image * CLASSES, (image + 1) * CLASSES);

/** The negative log-likelihood of the label. */
function lossOf(scores: ArrayLike<number>, label: number): number {
  const largest = scores[mostLikely(scores)]!;
  let sum = 0;
  for (let k = 0; k < CLASSES; k++) sum += Math.exp(scores[k]! - largest);
  return Math.log(sum) + largest - scores[label]!;
}
