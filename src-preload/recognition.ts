/** The messages about the network that reads drawings, its answers, and saved drawings. */
import type { CheckpointName, GreyImage, NetworkParts, Stroke } from './schemas';

/** The network that reads the pad. */
export interface Model {
  /** `weights`: an opened file. */
  source: 'bundled' | 'run' | 'weights' | 'none';
  /** The name of the run, the file or the bundled model. */
  name: string;
  step: number;
  testAccuracy: number | null;
  /** The accuracy on digits that people wrote with a pen, 0 to 1; null if not measured. */
  penAccuracy: number | null;
}

/** The active model and the alternatives. */
export interface ActiveModelView extends Model {
  /** The name of the open run or file while another model reads, else that of the bundled model; null if none. */
  alternative: string | null;
  /** The checkpoint that a person chose to read with, or null. */
  checkpoint: CheckpointName | null;
  /** The step of the shown run that a person chose to look at, or null. */
  past: PastStep | null;
  /** The parts that a person switched off. */
  switchedOff: NetworkParts;
}

/** A step of the past, computed again. */
export interface PastStep {
  step: number;
  /** Whether it equals the run bit for bit; null until that is known. It does not on another device. */
  isExact: boolean | null;
}

export interface Prediction {
  /** The answer; null if nothing is drawn, or not a digit. */
  digit: number | null;
  /** Ten probabilities that sum to 1; all 0 if nothing, or too little, is drawn. */
  probabilities: number[];
  /** The network's input. */
  preview: GreyImage;
  /** The area of the pad that the preview's 28 x 28 pixels cover, in pad units; null if nothing is drawn. */
  frame: Frame | null;
  /** Why there is no digit; null if there is one, or no network to tell. */
  reason: Reason | null;
  /** The single digits if the reason is `several`, line by line from left to right; otherwise empty. */
  parts: PredictedPart[];
  model: Model;
}

/** One of several digits on the pad. */
export interface PredictedPart extends Pick<Prediction, 'digit' | 'probabilities' | 'preview' | 'frame'> {
  /** The bounding box of its ink, in pad units. */
  box: Frame;
}

/** Nothing is drawn, only a dot, more than one digit, or something else. */
export type Reason = 'nothing' | 'too-small' | 'several' | 'not-a-digit';

export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Small square images of one layer. */
export interface Maps {
  /** The height and width of each image in pixels. */
  side: number;
  /** Each side x side grey values, row by row, as base64. */
  images: string[];
}

/** The network's intermediate results for an image. */
export interface Insight {
  /** The ten kernels of the first convolution: 128 is zero, brighter excites, darker inhibits. */
  kernels: Maps;
  /** The activations after the first convolution: 0 is none, 255 the largest of all. */
  firstLayer: Maps;
  /** The activations after the second convolution. */
  secondLayer: Maps;
  /** The activations of the hidden layer's fifty units, as images of one pixel. */
  units: Maps;
  /** How much each of the 28 x 28 pixels influences the answer; 255 is the most. */
  saliency: GreyImage;
}

/** What erasing each piece of a drawing does to the answer. */
export interface InkEffects {
  /** The likeliest digit, and its probability, 0 to 1. */
  digit: number;
  probability: number;
  pieces: PieceEffect[];
}

/** A piece of a stroke, and the answer without it. The rest of the drawing stays where it is. */
export interface PieceEffect {
  /** Its middle line, in pad units. */
  points: [x: number, y: number][];
  /** The pen's, in pad units. */
  width: number;
  /** The likeliest digit without it. */
  digit: number;
  /** The probability, without it, of the digit that is likeliest with it. */
  probability: number;
  /** How much the piece adds to that digit's log-odds (natural logarithm); negative if it speaks against it. */
  evidence: number;
}

/** A stroke that turns the answer into another digit. */
export interface TurningStroke {
  stroke: Stroke;
  /** The probability of the digit with the stroke, 0 to 1. */
  probability: number;
}

/** The network's prediction for the pinned drawing after a test. */
export interface PinnedAnswer {
  /** Epochs trained before the test. */
  epoch: number;
  digit: number;
  /** The digit's probability, 0 to 1. */
  probability: number;
}

/** A drawing that is read again after each test of a run, to show the network learning. */
export interface PinnedDrawing {
  pixels: GreyImage;
  /** One for each test of the last trained run since it was pinned, oldest first. */
  answers: PinnedAnswer[];
}

/** A digit that was found on a page, and the likeliest label. */
export interface FoundDigit {
  pixels: GreyImage;
  digit: number;
}

/** A drawing that the person labelled. */
export interface LabelledDrawing {
  id: string;
  label: number;
  pixels: GreyImage;
  /** Whether networks are only tested on it, never taught with it: every third drawing of a digit. */
  heldOut: boolean;
}

/** All labelled drawings. */
export interface KeptDrawings {
  drawings: LabelledDrawing[];
  /** Messages about damaged files, which are skipped. */
  damaged: string[];
}

/** A network tested on the kept drawings. */
export interface KeptDrawingsTest {
  count: number;
  correct: number;
  /** The drawings that it read as another digit. */
  wrong: (LabelledDrawing & { prediction: number })[];
  model: Model;
}
