/**
 * The requests that the window can make: what each takes, who answers it, and what the reply is. The main process measures
 * an argument, checks it by its schema, and then either passes it on to the method of the same name in
 * `engine/engine.ts`, or answers it in `ipc/handlers.ts`. A new request is an entry here and that method.
 */
import { z } from 'zod';
import type { SavedFile, Studio } from './contract';
import type { Insight, KeptDrawings, KeptDrawingsTest, Prediction } from './recognition';
import { NewTrial, QueueIds, QueuedStart } from './queue';
import type { Results } from './results';
import {
  CheckpointName,
  ClassNames,
  DeviceChoice,
  Drawing,
  DrawingId,
  ExportFormat,
  GreyImage,
  GreyPicture,
  ImageChoice,
  KeptDrawing,
  ModelChoice,
  MoreEpochs,
  NewRun,
  PngImage,
  RunConfig,
  RunDetails,
  RunName,
  TestIndices,
  maxLength,
} from './schemas';

export interface Request {
  argument: z.ZodType;
  /** Of the argument's JSON, in characters; `DEFAULT_MAX_LENGTH` where nothing is said. */
  maxLength?: number;
  /** Carries the type of the reply; the value is always undefined. */
  reply: unknown;
  /** The engine answers at once instead of after the requests before it: nothing that is saved or open changes. */
  immediate?: true;
}

/** Settings and names are shorter. */
export const DEFAULT_MAX_LENGTH = 10_000;

const nothing = z.undefined();
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it carries a type from the table to `RequestReply`
const type = <T>() => undefined as T;

/** Answered by the engine's thread. */
export const engineRequests = {
  /** Begins a new run in the chosen folder, from the open weights if there are any, and shows it. */
  start: { argument: RunConfig, reply: undefined },
  /** Begins a new run, from this checkpoint's weights or from none, whatever is open. */
  startFrom: { argument: NewRun, reply: undefined },
  /** Has a new run wait until the one that is trained is finished or has failed. Starts it where none is trained any more. */
  enqueue: { argument: QueuedStart, reply: undefined },
  /** Removes runs from those that wait. One that was started meanwhile goes on. */
  takeBack: { argument: QueueIds, reply: undefined },
  /** Starts the next of the runs that wait. */
  startNext: { argument: nothing, reply: undefined },
  /** Has the runs of a trial wait; the first is started where none is trained. */
  tryChange: { argument: NewTrial, reply: undefined },
  /** Keeps what a person calls a run, and their note, in the run's folder. */
  setRunDetails: { argument: RunDetails, reply: undefined },
  /** Pauses the run that is trained. Replies once its checkpoint is written. */
  pause: { argument: nothing, reply: undefined, immediate: true },
  /** Continues the shown run. */
  resume: { argument: nothing, reply: undefined },
  /** Gives the shown run so many more epochs and continues it. */
  addEpochs: { argument: MoreEpochs, reply: undefined },
  /** Shows a run of the folder: its history, its weights. A run that is trained meanwhile goes on. */
  openRun: { argument: RunName, reply: undefined },
  /**
   * Shows a run as one of its checkpoints has it: weights, and the history up to it. Where that is not the newest,
   * `resume` and `addEpochs` start a new run with it.
   */
  openCheckpoint: { argument: CheckpointName, reply: undefined },
  /** Picks six other test images. */
  newSamples: { argument: nothing, reply: undefined },
  /** Reads drawings with the bundled model although a run or a file is open, or with what is open again. */
  readWith: { argument: ModelChoice, reply: undefined, immediate: true },
  recognize: { argument: Drawing, maxLength: maxLength.drawing, reply: type<Prediction>(), immediate: true },
  /** Finds the writing in a picture and reads it. */
  recognizeImage: { argument: GreyPicture, maxLength: maxLength.picture, reply: type<Prediction>(), immediate: true },
  /** Shows what the active model makes of this image. */
  lookInside: { argument: GreyImage, reply: type<Insight>(), immediate: true },
  /**
   * The active model's results on the test set; while it trains those of its newest test. null where there is no network,
   * or none was tested yet.
   */
  getResults: { argument: nothing, reply: type<Results | null>(), immediate: true },
  /** Images of the test set, by their indices in it. */
  getTestImages: { argument: TestIndices, reply: type<GreyImage[]>(), immediate: true },
  /** Pins this drawing instead of the one before; null pins none. */
  pinDrawing: { argument: GreyImage.nullable(), reply: undefined, immediate: true },
} as const satisfies Record<string, Request>;

/** Answered by the main process itself: dialogs, files, settings. */
export const mainRequests = {
  /** Waits until the engine is ready. */
  getStudio: { argument: nothing, reply: type<Studio>() },
  /** Asks for a folder with the system's dialog; null when cancelled. */
  chooseFolder: { argument: nothing, reply: type<Studio | null>() },
  /** Uses a folder of `Studio.recentFolders`. */
  useRecentFolder: { argument: z.string().max(4096), reply: type<Studio>() },
  /** Makes the suggested folder where there is none yet, and uses it. */
  useSuggestedFolder: { argument: nothing, reply: type<Studio>() },
  /** Shows the checkpoint folder in the system's file manager. */
  openFolder: { argument: nothing, reply: undefined },
  chooseDataFolder: { argument: nothing, reply: type<Studio | null>() },
  /** Uses the images of the person's own data in this way, and remembers that. */
  useImages: { argument: ImageChoice, reply: type<Studio>() },
  /** Calls the classes of the person's own data this, and remembers that; null for what a file beside them says, or digits. */
  useClassNames: { argument: ClassNames.nullable(), reply: type<Studio>() },
  useBundledData: { argument: nothing, reply: type<Studio>() },
  /**
   * Loads the data that a run was trained on and opens the run. Where they are is looked up among the data that were
   * loaded before, or asked for with the system's dialog; null when cancelled. Where it fails, all stays as it was.
   */
  openRunWithItsData: { argument: RunName, reply: type<Studio | null>() },
  /**
   * Trains and reads on another device from now on, and at the next starts. Where it cannot be used all stays as it was;
   * with the code `device-needs-restart` it is used from the next start on.
   */
  useDevice: { argument: DeviceChoice, reply: type<Studio>() },
  /** Remembers the settings for the next run. */
  saveConfig: { argument: RunConfig, reply: undefined },
  /** Shows a run's folder in the system's file manager. */
  openRunFolder: { argument: RunName, reply: undefined },
  /** Copies the path of a run's folder. */
  copyRunPath: { argument: RunName, reply: undefined },
  /** Asks, then moves a run's folder to the system's trash; false when cancelled. */
  removeRun: { argument: RunName, reply: type<boolean>() },
  /** Asks, then drops what could not be saved of the shown run; false when cancelled. */
  discard: { argument: nothing, reply: type<boolean>() },
  /** Asks for a weights file (safetensors, or PyTorch's `.pth`) and uses its weights; false when cancelled. */
  openWeights: { argument: nothing, reply: type<boolean>() },
  /** Asks for a picture; its bytes as base64, null when cancelled. */
  openPicture: { argument: nothing, reply: type<{ data: string } | null>() },
  /** Asks where, then writes the active model; null when cancelled. */
  exportModel: { argument: ExportFormat, reply: type<SavedFile | null>() },
  /** Looks through the drawings with their digits, which are kept in the user's profile and sent nowhere. */
  getKeptDrawings: { argument: nothing, reply: type<KeptDrawings>() },
  /** Keeps a drawing with its digit; one of the same id is replaced. */
  keepDrawing: { argument: KeptDrawing, maxLength: maxLength.drawing, reply: undefined },
  /** Gives a kept drawing another digit. */
  relabelDrawing: { argument: KeptDrawing.pick({ id: true, label: true }), reply: undefined },
  /** Removes a kept drawing; nothing happens when it is gone already. */
  forgetDrawing: { argument: DrawingId, reply: undefined },
  /** Tests the active model on the kept drawings. */
  testKeptDrawings: { argument: nothing, reply: type<KeptDrawingsTest>() },
  /** Shows the folder of the kept drawings in the system's file manager. */
  openDrawingsFolder: { argument: nothing, reply: undefined },
  /** Asks where, then saves; null when cancelled. */
  saveChart: { argument: PngImage, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Asks where, then saves the drawing; null when cancelled. */
  saveDrawing: { argument: PngImage, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Saves the open run's history as CSV; null when cancelled. */
  saveHistory: { argument: nothing, reply: type<SavedFile | null>() },
  /** Saves the shown run's whole log as text; null when cancelled. */
  saveLog: { argument: nothing, reply: type<SavedFile | null>() },
  /** Shows the file that was saved last in the system's file manager. */
  showSavedFile: { argument: nothing, reply: undefined },
} as const satisfies Record<string, Request>;

export const requests = { ...engineRequests, ...mainRequests };

type Requests = typeof requests;
export type RequestName = keyof Requests;
export type MainRequestName = keyof typeof mainRequests;
export type RequestArgument<N extends RequestName> = z.infer<Requests[N]['argument']>;
export type RequestReply<N extends RequestName> = Requests[N]['reply'];

export const requestNames = Object.keys(requests) as RequestName[];
