/**
 * The messages between the window (renderer) and the main process. Requests (`requests.ts`) get one reply each; events
 * get none. The preload script bundles this file, so it must import types only.
 */
import type { Command } from './menu';
import type { TrialPart } from './queue';
import type { ActiveModelView, PinnedDrawing } from './recognition';
import type {
  DeviceChoice,
  GreyImage,
  History,
  ImageChoice,
  ImageRemedy,
  RunConfig,
  RunState,
  SnapshotRoom,
} from './schemas';

export type { GreyImage };

/** The device that TensorFlow runs on. */
export interface Device {
  /** `tensorflow` is the native library. Without it, `wasm` (WebAssembly) is slower and `javascript` far slower. */
  backend: 'tensorflow' | 'wasm' | 'javascript';
  processor: 'cpu' | 'gpu';
  /** For people, e.g. "CPU · TensorFlow 2.21.0". */
  description: string;
  /** Whether TensorFlow does not use the graphics card that is there, although the choice of device allows it. */
  hasUnusedGpu: boolean;
  /** Why the native library does not run and what to do about it; null if it does, or was not wanted. */
  problem: string | null;
}

/** A failure; the message says what happened, to what, and what to do. */
export interface Problem {
  code: string;
  message: string;
  /** With the code `other-data`: the run that needs other data. */
  otherData?: OtherData;
}

/** A run that cannot be opened with the loaded data, and the data that it was trained on. */
export interface OtherData {
  run: string;
  /** The dataset's name. */
  dataset: string;
  /** Identifies its images and labels. */
  sha256: string;
  /** How its images or labels were changed; null if they were used unchanged. */
  remedy: ImageRemedy | null;
  /** Whether the main process remembers the source of these data; false from the engine, which does not know. */
  isRemembered: boolean;
}

export interface Progress {
  /** The epoch being trained (the last one when finished), from 1. */
  epoch: number;
  epochs: number;
  /** Training steps done since the run started. */
  step: number;
  stepsPerEpoch: number;
  totalSteps: number;
  examplesSeen: number;
  /** Training speed over the last seconds; null while not running or not yet known. */
  imagesPerSecond: number | null;
  /** Until the end of the last epoch; null while not running or not yet known. */
  secondsLeft: number | null;
  /** Why the run may not be learning, and what to do; null while it learns. */
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

/** The shown run with all its data. `run` is null if none is shown; the state is then `idle`. */
export interface RunView {
  /** The checkpoint folder; null until one is chosen. */
  folder: string | null;
  state: RunState;
  run: string | null;
  /** The shown checkpoint if it is not the run's newest; continuing from it starts a new run. */
  olderCheckpoint: string | null;
  /** The older checkpoint that this run was started from, until it is opened again; null for all others. */
  begunFrom: { run: string; step: number } | null;
  /** Whether it teaches a person's own digits. */
  isLesson: boolean;
  /** What it learns from: the loaded data, or those of its lesson; null if no run is shown. */
  data: { name: string; trainCount: number } | null;
  config: RunConfig | null;
  /**
   * Its training devices, e.g. "CPU · TensorFlow 2.21.0, then CPU · WebAssembly"; null before its first step.
   */
  device: string | null;
  progress: Progress | null;
  history: History;
  /** The number of test images for each entry of `history.testCorrect`; 0 if no run is shown. */
  testTotal: number;
  /** The article's log lines, newest last, at most the newest 1000. */
  log: string[];
  /** Why the run failed, or why it was paused without being asked to. */
  problem: Problem | null;
}

/** The run that is or was last trained, whether or not it is shown. */
export interface TrainedRun {
  run: string;
  /** `running` or `pausing` while it is trained and occupies the engine. */
  state: RunState;
  progress: Progress;
  /** See `RunView`. */
  problem: Problem | null;
}

/** The shown run's reports since the last such event, without gaps; sent at most 20 times a second. */
export interface Reports {
  progress: Progress;
  train: TrainReport[];
  test: TestReport[];
  lines: string[];
}

export interface CheckpointInfo {
  run: string;
  /** The name of the checkpoint's folder, e.g. `step-00000938`. */
  name: string;
  step: number;
  epoch: number;
  /** The accuracy of exactly these weights, 0 to 1; null if they were not tested. */
  testAccuracy: number | null;
  bytes: number;
  /** Milliseconds since 1970. */
  savedAt: number;
  best: boolean;
  latest: boolean;
  /** Whether all epochs are done, so that it only continues if epochs are added. */
  finished: boolean;
}

/** The source of a run's initial weights, if they were not drawn from its seed. */
export type RunOrigin = { run: string; step: number } | { file: string } | { builtIn: true };

export interface RunSummary {
  /** The name of its folder. */
  run: string;
  /** The name that a person gave it; by default that of its folder. */
  name: string;
  /** A person's note about it; may be empty. */
  note: string;
  /** null if none of its checkpoints can be read. */
  config: RunConfig | null;
  /** The name of its training data. */
  dataset: string | null;
  /** What it was trained on, e.g. `CPU · TensorFlow 2.21.0`; null if no checkpoint says. */
  device: string | null;
  origin: RunOrigin | null;
  /** null if it is not part of a trial. */
  trial: TrialPart | null;
  epochs: number;
  finished: boolean;
  /** The accuracy in the run's last test, 0 to 1; null before the first. */
  testAccuracy: number | null;
  /** Newest first. */
  checkpoints: CheckpointInfo[];
  /** Says that the newest checkpoint is damaged and which intact one is used instead; null if it is intact. */
  warning: string | null;
  /** Whether its newest steps, or all of it, are only in memory because it could not be written. */
  unsaved?: true;
}

/** A waiting run, as the window shows it. */
export interface QueuedRun {
  id: string;
  /** The name it will have; empty for the name of its folder. */
  name: string;
  config: RunConfig;
  origin: RunOrigin | null;
  /** The name of its training data. */
  dataset: string;
  /** Its training data if other data is loaded, so that it cannot be started; null otherwise. */
  missingData: { sha256: string; remedy: ImageRemedy | null } | null;
  trial: TrialPart | null;
  /** Why it could not be started; null if it was not tried. */
  problem: string | null;
}

/** The waiting runs, the next one first. */
export interface Queue {
  waiting: QueuedRun[];
  /** What is wrong with the queue's file; null if nothing is. */
  problem: Problem | null;
}

/** A test image with its label and the prediction of the shown run's network. */
export interface Sample {
  /** Its index in the test set. */
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
  /** The person's choice; null if there is none, and for the bundled MNIST. */
  images: ImageChoice | null;
  /** The names of the classes, typed by the person or from a file beside the data; null for digits. */
  classNames: { names: readonly string[]; typed: boolean } | null;
  /** Notes about how the files were read, one sentence each. */
  notices: string[];
  /** What seems wrong with the images, if the person has not chosen how to use them; null if nothing does. */
  doubt: DataDoubt | null;
}

/** Data that the built-in network reads far worse than MNIST. */
export interface DataDoubt {
  /** A sentence with numbers. */
  message: string;
  /** The change that makes far more of the images read as labelled. */
  remedy: ImageRemedy;
}

/** A file that was saved where the person chose. */
export interface SavedFile {
  /** Without its folder. */
  name: string;
}

/** Everything the window needs when it opens, except the shown run, which a `run` event brings. */
export interface Studio {
  version: string;
  /** null until TensorFlow is loaded. */
  device: Device | null;
  /** The person's choice; `useDevice` changes it. */
  deviceChoice: DeviceChoice;
  /** The choices on this computer, as far as is known. */
  deviceChoices: DeviceChoice[];
  /** The person's choice; `useSnapshotRoom` changes it. */
  snapshotRoom: SnapshotRoom;
  /** The checkpoint folder; null until one is chosen. */
  folder: string | null;
  /** The default checkpoint folder, which is created when it is first used. */
  suggestedFolder: string;
  /** Other checkpoint folders that were used, the most recent first. */
  recentFolders: string[];
  /** The folder with the person's own data; null for the bundled MNIST. */
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
  /** What went wrong while opening; null if nothing did. */
  problem: Problem | null;
  /** A note about the settings file that needs no action. */
  notice: string | null;
}

export interface Events {
  device: Device;
  /** Another run is shown, or its state changed. */
  run: RunView;
  /** The shown run was trained further. */
  reports: Reports;
  /** The trained run changed or made progress; at most four times a second. null if it was removed. */
  trained: TrainedRun | null;
  /** The waiting runs changed. */
  queue: Queue;
  runs: RunSummary[];
  samples: Sample[];
  model: ActiveModelView;
  /** How much of the ranking of a network's parts is done, 0 to 1. */
  rankingProgress: number;
  /** The pinned drawing was read again, or another was pinned. */
  pinned: PinnedDrawing | null;
  command: Command;
  /** A folder of `Studio.recentFolders` was chosen in the menu. */
  recentFolder: string;
  /** The new `Studio.recentFolders`, after they were cleared. */
  recentFolders: string[];
  /** A new engine replaced the old one; the window requests everything again. */
  engineReplaced: null;
  /** The process that draws windows was started again. Canvases may be empty until they are painted again. */
  canvasesEmptied: null;
  /** Something went wrong that no request caused. */
  problem: Problem;
  /** The engine is gone and cannot be started again; only quitting helps. */
  engineLost: Problem;
}

export type EventName = keyof Events;
/** The engine's events; the others are the main process's own. */
export type EngineEventName = Exclude<
  EventName,
  'command' | 'recentFolder' | 'recentFolders' | 'engineReplaced' | 'canvasesEmptied' | 'problem' | 'engineLost'
>;

/** Errors cross boundaries as values: from the engine thread to the main process, and from there to the window. */
export type Reply<T> = { ok: true; value: T } | ({ ok: false } & Problem);

export const requestChannel = (name: string): string => `request:${name}`;
export const eventChannel = (name: string): string => `event:${name}`;

/**
 * The only object that the preload script adds to the window. Arguments, replies and events are passed as JSON text:
 * Electron's context bridge copies objects value by value, which takes a thousand times longer and would block the
 * window for tenths of a second. Arguments reach the main process as text, which checks their length before parsing.
 */
export interface Bridge {
  /** @param name see `requests.ts` @param argument JSON; undefined for none @returns a `Reply` as JSON */
  request(name: string, argument: string | undefined): Promise<string>;
  /** @param listener gets the payload as JSON @returns a function that ends the subscription */
  on(name: EventName, listener: (payload: string) => void): () => void;
}
