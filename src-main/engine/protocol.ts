/** What the main process asks of the engine's thread, and what the thread tells it. */
import type {
  EngineEventName,
  Insight,
  KeptDrawingsTest,
  Model,
  Prediction,
  Problem,
  Reply,
  Studio,
} from '@contract/contract';
import type { CheckpointName, Drawing, GreyImage, GreyPicture, RunConfig, RunState } from '@contract/schemas';
import type { RunFolder } from '../checkpoints/run-folder';
import type { LabelledImage } from '../recognition/test-drawings';

/** What the engine knows of a `Studio`. */
export type EngineView = Pick<
  Studio,
  'device' | 'folder' | 'dataFolder' | 'dataset' | 'runs' | 'samples' | 'pinned' | 'problem'
> & {
  model: Model;
};

/** What was open when the engine's thread before this one ended unasked. */
export interface Interrupted {
  run: string | null;
  state: RunState;
  /** Why the thread ended, in words. */
  reason: string;
}

export interface EngineRequests {
  /** Loads TensorFlow, the data and, where a folder is given, its newest run. Comes first, once. */
  open: {
    argument: { folder: string | null; dataFolder: string | null; interrupted: Interrupted | null };
    reply: EngineView;
  };
  view: { argument: undefined; reply: EngineView };
  useFolder: { argument: string; reply: EngineView };
  useData: { argument: string | null; reply: EngineView };
  start: { argument: RunConfig; reply: undefined };
  pause: { argument: undefined; reply: undefined };
  resume: { argument: undefined; reply: undefined };
  stop: { argument: undefined; reply: undefined };
  addEpochs: { argument: number; reply: undefined };
  openRun: { argument: string; reply: undefined };
  openCheckpoint: { argument: CheckpointName; reply: undefined };
  /** What the folder of a run of the checkpoint folder holds. */
  describeRun: { argument: string; reply: RunFolder };
  /** Closes a run whose folder is about to be removed; the reply says whether it was open. */
  releaseRun: { argument: string; reply: boolean };
  /** The run's folder is gone. */
  forgetRun: { argument: string; reply: undefined };
  /** The argument is the file's path. */
  openWeights: { argument: string; reply: undefined };
  /** The argument is the path to write to, see `exportModel`. */
  exportModel: { argument: string; reply: undefined };
  newSamples: { argument: undefined; reply: undefined };
  recognize: { argument: Drawing; reply: Prediction };
  recognizeImage: { argument: GreyPicture; reply: Prediction };
  lookInside: { argument: GreyImage; reply: Insight };
  pinDrawing: { argument: GreyImage | null; reply: undefined };
  testDrawings: { argument: LabelledImage[]; reply: Pick<KeptDrawingsTest, 'correct' | 'wrong' | 'model'> };
  historyCsv: { argument: undefined; reply: string };
  /** Pauses; the reply says why the run could not be saved, or null. */
  close: { argument: undefined; reply: Problem | null };
}

export type EngineRequestName = keyof EngineRequests;

export interface RequestMessage {
  id: number;
  name: EngineRequestName;
  argument: unknown;
}

export type ThreadMessage =
  { kind: 'reply'; id: number; reply: Reply<unknown> } | { kind: 'event'; name: EngineEventName; payload: unknown };
