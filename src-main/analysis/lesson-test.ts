/** Tests two networks on the same images: the one that a lesson started from, and the one that has learned. */
import type { ChangedImage, LessonResult, LessonTest, LessonVerdict } from '@contract/lessons';
import { toGreyImage } from '../data/grey-image';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { type Evaluation, mostLikely } from '../training/evaluate';
import { wilsonInterval } from './results';

/** The accuracy that a lesson may cost, as a fraction: on the dataset's test set, and on other hands' digits. */
const MAX_LOSS = { dataset: 0.003, otherHands: 0.01 };

/** How many changed images are listed, of each kind. */
const MAX_IMAGES = 100;

/** @param set not empty @param before, after the two networks' evaluations on it */
export function lessonTest(set: LabelledImages, before: Evaluation, after: Evaluation): LessonTest {
  const gained: Changed[] = [];
  const lost: Changed[] = [];
  for (let index = 0; index < set.count; index++) {
    const label = set.labels[index]!;
    const [was, is] = [answerTo(before, index), answerTo(after, index)];
    if (was.digit === is.digit) continue;
    const changed = { index, label, before: was.digit, after: is.digit, probability: is.probability };
    if (is.digit === label) gained.push(changed);
    else if (was.digit === label) lost.push(changed);
  }
  return {
    total: set.count,
    before: scoreOf(before),
    after: scoreOf(after),
    gained: gained.length,
    lost: lost.length,
    gainedImages: imagesOf(set, gained),
    lostImages: imagesOf(set, lost),
  };
}

/** Only a lesson after which more of the held-out drawings are read, and hardly fewer of others' digits, was worth it. */
export function lessonVerdict({
  own,
  dataset,
  otherHands,
}: Pick<LessonResult, 'own' | 'dataset' | 'otherHands'>): LessonVerdict {
  if (own.gained <= own.lost) return 'nothing-gained';
  const lossOf = ({ gained, lost, total }: LessonTest) => (lost - gained) / total;
  const isCheap = lossOf(dataset) <= MAX_LOSS.dataset && lossOf(otherHands) <= MAX_LOSS.otherHands;
  return isCheap ? 'gained' : 'lost-elsewhere';
}

interface Changed extends Omit<ChangedImage, 'pixels'> {
  index: number;
  probability: number;
}

function answerTo({ logProbabilities }: Evaluation, index: number): { digit: number; probability: number } {
  const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
  const digit = mostLikely(row);
  return { digit, probability: row[digit]! };
}

const scoreOf = ({ correct, total }: Evaluation) => ({ correct, interval: wilsonInterval(correct, total) });

function imagesOf({ images }: LabelledImages, changed: Changed[]): ChangedImage[] {
  return changed
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, MAX_IMAGES)
    .map(({ index, label, before, after }) => ({
      pixels: toGreyImage(images.subarray(index * PIXELS, (index + 1) * PIXELS)),
      ...{ label, before, after },
    }));
}
