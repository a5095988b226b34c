import type { MapData } from '@contract/digit-map';
import { LaterLayers, UNITS } from '../analysis/later-layers';
import { type MnistDataset, PIXELS } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { Weights } from '../network/parameters';
import { tempered } from '../recognition/calibration';
import { mostLikely } from '../training/evaluate';
import type { ActiveModel } from './active-model';
import { MAX_SHARE_AWAITED, inBackground } from './background';
import { base64 } from './base64';
import type { SessionState } from './session-state';

/** The images on the map. */
const IMAGES = 2000;
/** Whose convolutions take a few milliseconds. */
const BATCH = 100;

/** How the network that reads drawings sees images: its hidden units, from which the window makes a map. */
export class DigitMap {
  /** Counts the requests, so that a new one ends the one before. */
  #requests = 0;
  /** The network of the last map. A person waits for the first map of a network; the next ones only follow its training. */
  #mapped: string | null = null;

  constructor(
    private readonly state: Pick<SessionState, 'trained'>,
    private readonly activeModel: ActiveModel,
    private readonly data: Pick<MnistDataset, 'sha256' | 'test'>,
  ) {}

  /** In the background. @returns null if there is no network, or if a newer request was made meanwhile */
  async get(): Promise<MapData | null> {
    const request = ++this.#requests;
    const { source, name, step } = this.activeModel.model;
    if (source === 'none') return null;
    const { calibration } = this.activeModel.requireReader();
    const work = readSample(this.activeModel.weights, this.data.test, calibration.temperature);
    const network = `${source} ${name}`;
    const share = network === this.#mapped ? undefined : MAX_SHARE_AWAITED;
    const read = await inBackground(work, this.state, () => request === this.#requests, undefined, share);
    if (read) this.#mapped = network;
    return read && { ...read, model: { source, name, step }, sha256: this.data.sha256 };
  }

  /** @param pixels 28 x 28 grey values @returns the 50 units: float32, little-endian, as base64 @throws UserError `not-now` */
  unitsOf(pixels: Uint8Array): string {
    const { network } = this.activeModel.requireReader();
    const later = new LaterLayers(network.weights());
    later.read(network.maps(pixels, 1), 0);
    return base64(later.units);
  }
}

/** Yields how much is done, 0 to 1. */
function* readSample(
  weights: Weights,
  { count: total, images, labels }: MnistDataset['test'],
  temperature: number,
): Generator<number, Omit<MapData, 'model' | 'sha256'>> {
  const count = Math.min(IMAGES, total);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
  const predictions = new Uint8Array(count);
  const probabilities = new Float32Array(count);
  const units = new Float32Array(count * UNITS);
  const network = createNetwork(weights);
  const later = new LaterLayers(weights);
  try {
    for (let start = 0; start < count; start += BATCH) {
      const batch = indices.slice(start, start + BATCH);
      const pixels = new Uint8Array(batch.length * PIXELS);
      batch.forEach((index, i) => pixels.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS));
      const maps = network.maps(pixels, batch.length);
      for (let i = 0; i < batch.length; i++) {
        later.read(maps, i);
        const at = start + i;
        predictions[at] = mostLikely(later.scores);
        probabilities[at] = tempered(Float32Array.from(later.scores), temperature)[predictions[at]]!;
        units.set(later.units, at * UNITS);
      }
      yield (start + batch.length) / count;
    }
  } finally {
    network.dispose();
  }
  const unitScale = units.reduce((most, value) => Math.max(most, value), 0) / 255 || 1;
  return {
    indices,
    labels: base64(Uint8Array.from(indices, (index) => labels[index]!)),
    predictions: base64(predictions),
    probabilities: base64(probabilities),
    units: base64(Uint8Array.from(units, (value) => Math.round(value / unitScale))),
    unitScale,
  };
}
