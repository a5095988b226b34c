import type { KeptDrawingsTest, LabelledDrawing } from '@contract/recognition';
import { fromGreyImage } from '../data/grey-image';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../network/network';

/** How many drawings are read at once. */
const BATCH_SIZE = 1000;

/** Tests the network on a person's own drawings, and returns those that it read as another digit. */
export function testDrawings(
  network: Network,
  drawings: LabelledDrawing[],
): Pick<KeptDrawingsTest, 'correct' | 'wrong'> {
  const wrong: KeptDrawingsTest['wrong'] = [];
  for (let from = 0; from < drawings.length; from += BATCH_SIZE) {
    wrong.push(...misread(network, drawings.slice(from, from + BATCH_SIZE)));
  }
  return { correct: drawings.length - wrong.length, wrong };
}

/** The drawings as a set to test a network on. */
export function imagesOf(drawings: Pick<LabelledDrawing, 'label' | 'pixels'>[]): LabelledImages {
  const images = new Uint8Array(drawings.length * PIXELS);
  drawings.forEach(({ pixels }, i) => images.set(fromGreyImage(pixels), i * PIXELS));
  return { count: drawings.length, images, labels: Uint8Array.from(drawings, ({ label }) => label) };
}

function misread(network: Network, drawings: LabelledDrawing[]): KeptDrawingsTest['wrong'] {
  const { images } = imagesOf(drawings);
  const logProbabilities = network.logProbabilities(images, drawings.length);
  return drawings.flatMap((drawing, i) => {
    const prediction = mostLikely(logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES));
    return prediction === drawing.label ? [] : [{ ...drawing, prediction }];
  });
}
