/**
 * What the window (renderer) and the main process send each other. Requests (`requests.ts`) get one reply each; events are
 * pushed and get none. The preload script bundles this file, so it must import types only.
 */
import type { TrialPart } from './queue';
import type { ActiveModelView, PinnedDrawing } from './recognition';
import type { DeviceChoice, GreyImage, History, ImageChoice, ImageRemedy, RunConfig, RunState } from './schemas';

export type { GreyImage };

/** What TensorFlow runs on. */
export interface Device {
  /** `tensorflow`: the native library. `wasm`, WebAssembly, is slower and `javascript` far slower; they need none. */
  backend: 'tensorflow' | 'wasm' | 'javascript';
  processor: 'cpu' | 'gpu';
  /** For people, e.g. "CPU · TensorFlow 2.21.0". */
  description: string;
  /** Why the native library does not run and what to do about it; null when it does, or was not wanted. */
  problem: string | null;
}

/** A failure in words that say what happened, to what, and what to do. */
export interface Problem {
  code: string;
  message: string;
  /** With the code `other-data`: the run that needs other data than those that are loaded. */
  otherData?: OtherData;
}

/** A run that cannot be opened with the data that are loaded, and the data that it was trained on. */
export interface OtherData {
  run: string;
  /** The dataset's name. */
  dataset: string;
  /** Identifies its images and labels. */
  sha256: string;
  /** How its images were changed; null where they were used as they are. */
  remedy: ImageRemedy | null;
  /** Whether the main process remembers where these data are; the engine, which does not know, says false. */
  isRemembered: boolean;
}

export interface Progress {
  /** The epoch being trained (the last one when finished), from 1. */
  epoch: number;
  epochs: number;
  /** Training steps done since the run began. */
  step: number;
  stepsPerEpoch: number;
  totalSteps: number;
  examplesSeen: number;
  /** Training speed over the last seconds; null while not running or not yet known. */
  imagesPerSecond: number | null;
  /** To the end of the last epoch; null while not running or not yet known. */
  secondsLeft: number | null;
  /** Why the run may be learning nothing, and what to do; null while all is well. */
  hint: string | null;
}

/** One reported training loss: that of a single batch, as in the article. */
export interface TrainReport {
  epoch: number;
  step: number;
  /** Training examples seen before this batch. */
  examplesSeen: number;
  loss: number;
}

/** One pass over the whole test set, dropout off. */
export interface TestReport {
  epoch: number;
  step: number;
  examplesSeen: number;
  /** Mean negative log-likelihood over all test images. */
  loss: number;
  correct: number;
  total: number;
}

/** The shown run, whole. `run` is null when none is shown; the state is then `idle`. */
export interface RunView {
  /** The checkpoint folder; null until one is chosen. */
  folder: string | null;
  state: RunState;
  run: string | null;
  /** The checkpoint that is shown where it is not the run's newest; to go on from it starts a new run. */
  olderCheckpoint: string | null;
  /** The older checkpoint that this run was begun from since it was first shown; null for all others. */
  begunFrom: { run: string; step: number } | null;
  config: RunConfig | null;
  /** What it was trained on, e.g. "CPU · TensorFlow 2.21.0, then CPU · WebAssembly"; null before its first step. */
  device: string | null;
  progress: Progress | null;
  history: History;
  /** Test images behind each entry of `history.testCorrect`; 0 when no run is shown. */
  testTotal: number;
  /** The article's log lines, newest last, at most the newest 1000. */
  log: string[];
  /** Why the run failed, or was paused without being asked to. */
  problem: Problem | null;
}

/** The run that is trained, whether it is shown or another one is; once it rests, how it ended. */
export interface TrainedRun {
  run: string;
  /** `running` or `pausing` while it is trained, and occupies the engine. */
  state: RunState;
  progress: Progress;
  /** See `RunView`. */
  problem: Problem | null;
}

/** What came of the shown run since the last such event; sent at most 20 times a second, nothing is left out. */
export interface Reports {
  progress: Progress;
  train: TrainReport[];
  test: TestReport[];
  lines: string[];
}

export interface CheckpointInfo {
  run: string;
  /** The checkpoint folder's name, e.g. `step-00000938`. */
  name: string;
  step: number;
  epoch: number;
  /** Fraction of test images that these very weights got right; null where they were not tested. */
  testAccuracy: number | null;
  bytes: number;
  /** Milliseconds since 1970. */
  savedAt: number;
  best: boolean;
  latest: boolean;
  /** All its epochs are done: it goes on only when it is given more. */
  finished: boolean;
}

/** What a run began from, where it was not weights drawn by its seed. */
export type RunOrigin = { run: string; step: number } | { file: string };

export interface RunSummary {
  /** The name of its folder. */
  run: string;
  /** What a person called it; else the name of its folder. */
  name: string;
  /** What a person wrote about it; else empty. */
  note: string;
  /** null where no checkpoint of it can be read. */
  config: RunConfig | null;
  /** The name of the data that it was trained on. */
  dataset: string | null;
  origin: RunOrigin | null;
  /** null where it is part of none. */
  trial: TrialPart | null;
  epochs: number;
  finished: boolean;
  /** At the run's last test; null before the first. */
  testAccuracy: number | null;
  /** Newest first. */
  checkpoints: CheckpointInfo[];
  /** A damaged newest checkpoint and which intact one is used instead; null when all is well. */
  warning: string | null;
  /** It could not be written: its newest steps, or all of it, are in memory until it is resumed or discarded. */
  unsaved?: true;
}

/** A run that waits, as a window is told of it. */
export interface QueuedRun {
  id: string;
  /** What it will be called; empty for the name of its folder. */
  name: string;
  config: RunConfig;
  origin: RunOrigin | null;
  /** The name of the data that it will be trained on. */
  dataset: string;
  trial: TrialPart | null;
  /** Why it could not be started when it was its turn; null while it was not. */
  problem: string | null;
}

/** The next one comes first. */
export interface Queue {
  waiting: QueuedRun[];
  /** What is wrong with the file that it is kept in; null while all is well. */
  problem: Problem | null;
}

/** A test image with its true digit and what the shown run's network takes it for. */
export interface Sample {
  /** Its place in the test set. */
  index: number;
  label: number;
  /** null before training. */
  prediction: number | null;
  pixels: GreyImage;
}

export interface Dataset {
  name: string;
  /** Identifies its images and labels. */
  sha256: string;
  trainCount: number;
  testCount: number;
  /** What the person chose; null where they did not, and for the bundled MNIST. */
  images: ImageChoice | null;
  /** What the classes are called, typed by the person or from a file beside the data; null for digits. */
  classNames: { names: readonly string[]; typed: boolean } | null;
  /** What a person should know of how the files were read, a sentence each. */
  notices: string[];
  /** What seems wrong with images of which the person did not choose how they are used; null where nothing does. */
  doubt: DataDoubt | null;
}

/** Data that the built-in network reads far worse than MNIST. */
export interface DataDoubt {
  /** A sentence with numbers. */
  message: string;
  /** What makes far more of the images readable; null where nothing does. */
  remedy: ImageRemedy | null;
}

/** A file that was written where the person said. */
export interface SavedFile {
  /** Without its folder. */
  name: string;
}

/** Everything a window needs when it opens, but for the shown run: a `run` event comes with it. */
export interface Studio {
  version: string;
  /** null until TensorFlow is loaded. */
  device: Device | null;
  /** What the person asked for; with the next request `useDevice` something else. */
  deviceChoice: DeviceChoice;
  /** What they can ask for here, as far as that is known. */
  deviceChoices: DeviceChoice[];
  /** The checkpoint folder; null when none was chosen yet. */
  folder: string | null;
  /** Where runs are kept until a person chooses another folder; it is made when it is first used. */
  suggestedFolder: string;
  /** The checkpoint folders that were used, the newest first, without the present one. */
  recentFolders: string[];
  /** The folder with the user's own IDX files; null for the bundled MNIST. */
  dataFolder: string | null;
  dataset: Dataset | null;
  config: RunConfig;
  runs: RunSummary[];
  samples: Sample[];
  model: ActiveModelView;
  pinned: PinnedDrawing | null;
  /** null before the first run is trained. */
  trained: TrainedRun | null;
  queue: Queue;
  /** What went wrong while opening; null when nothing did. */
  problem: Problem | null;
  /** What is worth knowing of the settings file, though nothing has to be done about it. */
  notice: string | null;
}

/** Chosen in the menu, carried out by the window as if its button were pressed. */
export type Command =
  | 'newRun'
  | 'start'
  | 'startNext'
  | 'pause'
  | 'resume'
  | 'addEpochs'
  | 'discard'
  | 'newSamples'
  | 'saveHistory'
  | 'chooseFolder'
  | 'openFolder'
  | 'openPicture'
  | 'openWeights'
  | 'exportModel'
  | 'clearDrawing'
  | 'undoStroke'
  | 'redoStroke'
  | 'nextPane'
  | 'help'
  | 'guide'
  | 'shortcuts';

export interface Events {
  device: Device;
  /** The shown run changed: another run, another state. */
  run: RunView;
  /** The shown run was trained further. */
  reports: Reports;
  /** The trained run changed, or went on; at most four times a second. null when it was removed. */
  trained: TrainedRun | null;
  /** A run joined those that wait, or left them. */
  queue: Queue;
  runs: RunSummary[];
  samples: Sample[];
  model: ActiveModelView;
  /** The pinned drawing was read again, or another was pinned. */
  pinned: PinnedDrawing | null;
  command: Command;
  /** A folder of `Studio.recentFolders` was chosen in the menu. */
  recentFolder: string;
  /** See `Studio.recentFolders`; they were forgotten. */
  recentFolders: string[];
  /** Another engine is at work: a window asks for everything anew. */
  engineReplaced: null;
  /** What went wrong that nobody asked for. */
  problem: Problem;
  /** There is no engine any more, and none can be started: only quitting helps. */
  engineLost: Problem;
}

export type EventName = keyof Events;
/** The engine's events; the others are the main process's own. */
export type EngineEventName = Exclude<
  EventName,
  'command' | 'recentFolder' | 'recentFolders' | 'engineReplaced' | 'problem' | 'engineLost'
>;

/** Errors cross boundaries as values: from the engine's thread to the main process, and from there to the window. */
export type Reply<T> = { ok: true; value: T } | ({ ok: false } & Problem);

export const requestChannel = (name: string): string => `request:${name}`;
export const eventChannel = (name: string): string => `event:${name}`;

/**
 * What the preload script puts on the window, and all it puts there. Arguments, replies and events cross
 * as JSON text: Electron's context bridge copies an object value by value, which takes a thousand times
 * longer and would hold the window up for tenths of a second. Arguments stay text on their way to the main
 * process, which so sees how long they are before it makes values of them.
 */
export interface Bridge {
  /** @param name see `requests.ts` @param argument JSON; undefined for none @returns a `Reply` as JSON */
  request(name: string, argument: string | undefined): Promise<string>;
  /** @param listener gets the payload as JSON @returns a function that ends the subscription */
  on(name: EventName, listener: (payload: string) => void): () => void;
}
