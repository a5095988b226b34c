import type { KeptDrawingsTest } from '@contract/contract';
import type { KeptDrawing } from '@contract/schemas';
import { fromGreyImage } from '../data/grey-image';
import { CLASSES, PIXELS } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../training/network';

/** Tests the network on a person's own drawings, and says which ones it took for another digit. */
export function testDrawings(network: Network, drawings: KeptDrawing[]): Pick<KeptDrawingsTest, 'correct' | 'wrong'> {
  if (drawings.length === 0) return { correct: 0, wrong: [] };
  const pixels = new Uint8Array(drawings.length * PIXELS);
  drawings.forEach((drawing, i) => pixels.set(fromGreyImage(drawing.pixels), i * PIXELS));
  const logProbabilities = network.logProbabilities(pixels, drawings.length);
  const wrong = drawings.flatMap(({ id, label, pixels }, i) => {
    const prediction = mostLikely(logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES));
    return prediction === label ? [] : [{ id, label, prediction, pixels }];
  });
  return { correct: drawings.length - wrong.length, wrong };
}
