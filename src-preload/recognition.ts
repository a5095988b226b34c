/** What the window is told of the network that reads drawings, of its answers, and of the drawings that are kept. */
import type { CheckpointName, GreyImage } from './schemas';

/** The network that answers the pad. */
export interface Model {
  /** `weights`: a file that was opened. */
  source: 'bundled' | 'run' | 'weights' | 'none';
  /** The run's or the file's name, or what the bundled model is called. */
  name: string;
  step: number;
  testAccuracy: number | null;
  /** Fraction of digits that people wrote with a pen that it reads; null where that was not measured. */
  penAccuracy: number | null;
}

/** The active model, and what could be read with instead. */
export interface ActiveModelView extends Model {
  /**
   * The name of the open run or file while something else reads, else that of the bundled model; null for none.
   */
  alternative: string | null;
  /** The checkpoint that a person chose to read with; null where they chose none. */
  checkpoint: CheckpointName | null;
}

export interface Prediction {
  /** The answer, or null when nothing is drawn, or no digit. */
  digit: number | null;
  /** Ten probabilities that sum to 1; all 0 when nothing, or too little, is drawn. */
  probabilities: number[];
  /** What the network sees. */
  preview: GreyImage;
  /** Where on the pad the preview's 28 x 28 pixels lie, in pad units; null when nothing is drawn. */
  frame: Frame | null;
  /** Why there is no digit; null when there is one, or no network to tell. */
  reason: Reason | null;
  /** Where the reason is `several`: the digits one by one, line by line from left to right; otherwise none. */
  parts: PredictedPart[];
  model: Model;
}

/** One of several digits on the pad. */
export interface PredictedPart extends Pick<Prediction, 'digit' | 'probabilities' | 'preview' | 'frame'> {
  /** Where its ink lies, in pad units. */
  box: Frame;
}

/** Nothing was drawn; only a dot; more than one digit; something else. */
export type Reason = 'nothing' | 'too-small' | 'several' | 'not-a-digit';

export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Small square images of one layer. */
export interface Maps {
  /** Height and width of each in pixels. */
  side: number;
  /** Each side x side grey values, row by row, as base64. */
  images: string[];
}

/** What the network makes of an image on its way to the answer. */
export interface Insight {
  /** The ten kernels of the first convolution: 128 is zero, brighter excites, darker inhibits. */
  kernels: Maps;
  /** What each of them finds in the image, 0 nothing, 255 the most of all. */
  firstLayer: Maps;
  /** The same after the second convolution. */
  secondLayer: Maps;
  /** How much a change of each of the 28 x 28 pixels would sway the answer, 255 the most. */
  saliency: GreyImage;
}

/** What the network took the pinned drawing for after a test. */
export interface PinnedAnswer {
  /** Epochs trained before the test. */
  epoch: number;
  digit: number;
  /** Of that digit, 0 to 1. */
  probability: number;
}

/** A drawing that is read again after each test of a run, to see the network learn it. */
export interface PinnedDrawing {
  pixels: GreyImage;
  /** One for each test of the run that trained last since it was pinned, oldest first. */
  answers: PinnedAnswer[];
}

/** A drawing that the person said the digit of. */
export interface LabelledDrawing {
  id: string;
  label: number;
  pixels: GreyImage;
}

/** All drawings that the person said the digit of. */
export interface KeptDrawings {
  drawings: LabelledDrawing[];
  /** What is wrong with which of their files; those are left out. */
  damaged: string[];
}

/** A network tested on the kept drawings. */
export interface KeptDrawingsTest {
  count: number;
  correct: number;
  /** Those that it took for another digit. */
  wrong: (LabelledDrawing & { prediction: number })[];
  model: Model;
}
