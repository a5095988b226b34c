/**
 * The requests that the window can make, with their arguments and replies. The main process checks an argument's length
 * and schema, then forwards it to the method of the same name in `engine/`, or answers it in
 * `ipc/handlers.ts`. To add a request, add an entry here and that method.
 */
import { z } from 'zod';
import {
  type AnswersCompared,
  type ComparedRun,
  type OtherFolder,
  RunPair,
  RunRefs,
  type TrialResult,
  type UnreadableRun,
} from './compare';
import { type Convolution, ConvolutionQuestion } from './convolution';
import type { SavedFile, Studio } from './contract';
import type { MapData } from './digit-map';
import { LessonChoice, type LessonResult } from './lessons';
import type { PartRanking } from './part-ranking';
import type {
  FoundDigit,
  InkEffects,
  Insight,
  KeptDrawings,
  KeptDrawingsTest,
  LabelledDrawing,
  PastStep,
  Prediction,
  TurningStroke,
} from './recognition';
import { NewTrial, QueueId, QueueIds, QueuedStart } from './queue';
import type { DrawingResults, Results } from './results';
import {
  CheckpointName,
  ClassNames,
  DeviceChoice,
  Drawing,
  DrawingId,
  DrawingToTurn,
  ExportFormat,
  GreyImage,
  GreyPicture,
  ImageChoice,
  KeptDrawing,
  ModelChoice,
  MoreEpochs,
  NetworkParts,
  NewRun,
  PngImage,
  RunConfig,
  RunDetails,
  RunName,
  SnapshotRoom,
  StepOfRun,
  TestImagePicture,
  TestIndices,
  maxLength,
} from './schemas';
import type { TrainingStep } from './training-step';

export interface Request {
  argument: z.ZodType;
  /** The maximum length of the argument's JSON, in characters; `DEFAULT_MAX_LENGTH` by default. */
  maxLength?: number;
  /** Carries the type of the reply; the value is always undefined. */
  reply: unknown;
  /** The engine answers at once, not after earlier requests, since nothing that is saved or open changes. */
  immediate?: true;
}

/** Longer than any settings or names. */
export const DEFAULT_MAX_LENGTH = 10_000;

const nothing = z.undefined();
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it carries a type from the table to `RequestReply`
const type = <T>() => undefined as T;

/** Answered by the engine thread. */
export const engineRequests = {
  /** Starts a new run in the chosen folder, from the open weights if there are any, and shows it. */
  start: { argument: RunConfig, reply: undefined },
  /** Starts a new run from this checkpoint's weights or from none, whatever is open. */
  startFrom: { argument: NewRun, reply: undefined },
  /** Queues a new run until the trained one is finished or has failed; starts it at once if none is trained. */
  enqueue: { argument: QueuedStart, reply: undefined },
  /** Removes waiting runs. A run that was started meanwhile continues. */
  takeBack: { argument: QueueIds, reply: undefined },
  /** Starts the next waiting run. */
  startNext: { argument: nothing, reply: undefined },
  /** Queues the runs of a trial; the first starts at once if no run is trained. */
  tryChange: { argument: NewTrial, reply: undefined },
  /** Stores a run's name and a person's note in the run's folder. */
  setRunDetails: { argument: RunDetails, reply: undefined },
  /** Pauses the trained run. Replies once its checkpoint is written. */
  pause: { argument: nothing, reply: undefined, immediate: true },
  /** Continues the shown run. */
  resume: { argument: nothing, reply: undefined },
  /** Adds epochs to the shown run and continues it. */
  addEpochs: { argument: MoreEpochs, reply: undefined },
  /** Shows a run of the folder: its history and weights. Training of another run continues. */
  openRun: { argument: RunName, reply: undefined },
  /**
   * Shows a run at one of its checkpoints: its weights, and the history up to it. If that is not the newest, `resume`
   * and `addEpochs` start a new run from it.
   */
  openCheckpoint: { argument: CheckpointName, reply: undefined },
  /** Shows the shown run at any of its steps, as `openCheckpoint` does at a checkpoint. */
  openStep: { argument: StepOfRun, reply: undefined },
  /** Picks six other test images. */
  newSamples: { argument: nothing, reply: undefined },
  /** Chooses the model that reads drawings: the bundled one, the open run or file, a checkpoint, or a step of the run. */
  readWith: { argument: ModelChoice, reply: type<PastStep | null>(), immediate: true },
  /** Takes a training step of the shown run apart, counted from 1; null if another one is asked for meanwhile. */
  takeApart: { argument: StepOfRun, reply: type<TrainingStep | null>(), immediate: true },
  /** Switches parts of the active model off, instead of those before. Its files stay as they are. */
  switchOff: { argument: NetworkParts, reply: undefined, immediate: true },
  /** Returns the size of what the time machine keeps of a run, in bytes. */
  getSnapshotBytes: { argument: RunName, reply: type<number>(), immediate: true },
  /** Removes what the time machine keeps of a run; steps are then computed from its checkpoints, which takes longer. */
  removeSnapshots: { argument: RunName, reply: undefined },
  /** Tests the active model with what is switched off; null if there is no network, or it was not tested yet. */
  getAccuracy: { argument: nothing, reply: type<{ correct: number; total: number } | null>(), immediate: true },
  /**
   * Tests the active model without each of its parts, whatever is switched off. Replies when that is done, null if it was
   * stopped; a second ranking stops the first.
   */
  rankParts: { argument: nothing, reply: type<PartRanking | null>(), immediate: true },
  stopRanking: { argument: nothing, reply: undefined, immediate: true },
  /** Reads a sample of the test images; null if there is no network, or a newer request was made meanwhile. */
  getMapData: { argument: nothing, reply: type<MapData | null>(), immediate: true },
  /** Returns the active model's hidden units for this image, as in `MapData`. */
  getUnits: { argument: GreyImage, reply: type<string>(), immediate: true },
  recognize: { argument: Drawing, maxLength: maxLength.drawing, reply: type<Prediction>(), immediate: true },
  /** Finds the writing in a picture and reads it. */
  recognizeImage: { argument: GreyPicture, maxLength: maxLength.picture, reply: type<Prediction>(), immediate: true },
  /** Finds the digits of a page, in reading order, also those that the active model cannot read. */
  findDigits: { argument: GreyPicture, maxLength: maxLength.picture, reply: type<FoundDigit[]>(), immediate: true },
  /** Returns the active model's intermediate results for this image. */
  lookInside: { argument: GreyImage, reply: type<Insight>(), immediate: true },
  /** Returns the arithmetic behind one pixel of a feature map of the active model. */
  convolve: { argument: ConvolutionQuestion, reply: type<Convolution>(), immediate: true },
  /** Returns the answers without each piece of the drawing; null if it is no single digit, or was asked again meanwhile. */
  explainInk: { argument: Drawing, maxLength: maxLength.drawing, reply: type<InkEffects | null>(), immediate: true },
  /** Returns a short stroke that makes the drawing this digit; null if none was found, or the search was ended. */
  findStroke: {
    argument: DrawingToTurn,
    maxLength: maxLength.drawing,
    reply: type<TurningStroke | null>(),
    immediate: true,
  },
  /** Ends the search that `findStroke` began, if it is not over. */
  endStrokeSearch: { argument: nothing, reply: undefined, immediate: true },
  /**
   * Returns the active model's results on the test set; while it trains, those of its newest test. null if there is no
   * network, or it was not tested yet.
   */
  getResults: { argument: nothing, reply: type<Results | null>(), immediate: true },
  /** Returns images of the test set by their indices. */
  getTestImages: { argument: TestIndices, reply: type<GreyImage[]>(), immediate: true },
  /** Returns each of these runs as it is now, or why it cannot be read. */
  compareRuns: { argument: RunRefs, reply: type<(ComparedRun | UnreadableRun)[]>(), immediate: true },
  /** Returns the answers of two runs' newest checkpoints to the same test images. */
  compareAnswers: { argument: RunPair, reply: type<AnswersCompared>(), immediate: true },
  /** Returns the result of a trial so far; null if the checkpoint folder has no run of it. */
  getTrial: { argument: z.uuid(), reply: type<TrialResult | null>(), immediate: true },
  /** Returns what the shown lesson changed; null if no finished lesson is shown. */
  getLessonResult: { argument: nothing, reply: type<LessonResult | null>(), immediate: true },
  /** Makes one of the shown lesson's two networks read drawings. */
  chooseLessonNetwork: { argument: LessonChoice, reply: undefined, immediate: true },
  /** Pins this drawing instead of the one before; null pins none. */
  pinDrawing: { argument: GreyImage.nullable(), reply: undefined, immediate: true },
} as const satisfies Record<string, Request>;

/** Answered by the main process itself: dialogs, files, settings. */
export const mainRequests = {
  /** Waits until the engine is ready. */
  getStudio: { argument: nothing, reply: type<Studio>() },
  /** Asks for a folder; null if cancelled. */
  chooseFolder: { argument: nothing, reply: type<Studio | null>() },
  /** Uses a folder of `Studio.recentFolders`. */
  useRecentFolder: { argument: z.string().max(4096), reply: type<Studio>() },
  /** Uses the suggested folder, creating it if necessary. */
  useSuggestedFolder: { argument: nothing, reply: type<Studio>() },
  /** Shows the checkpoint folder in the system's file manager. */
  openFolder: { argument: nothing, reply: undefined },
  chooseDataFolder: { argument: nothing, reply: type<Studio | null>() },
  /** Sets how the images of the person's own data are used, and remembers it. */
  useImages: { argument: ImageChoice, reply: type<Studio>() },
  /** Sets and remembers the class names of the person's own data; null for those in a file beside them, or digits. */
  useClassNames: { argument: ClassNames.nullable(), reply: type<Studio>() },
  useBundledData: { argument: nothing, reply: type<Studio>() },
  /**
   * Loads the data that a run was trained on and opens the run. Asks for their folder unless it is remembered; null if
   * cancelled. After an error nothing has changed.
   */
  openRunWithItsData: { argument: RunName, reply: type<Studio | null>() },
  /** Loads the data that a waiting run needs, as `openRunWithItsData` does for a run. */
  loadDataOfWaitingRun: { argument: QueueId, reply: type<Studio | null>() },
  /**
   * Trains and reads on another device from now on, also after a restart. If it cannot be used, nothing changes; with
   * the code `device-needs-restart` it is used after a restart.
   */
  useDevice: { argument: DeviceChoice, reply: type<Studio>() },
  /** Quits as closing the window does, then starts the application again. */
  restart: { argument: nothing, reply: undefined },
  /** Sets the room that each run's folder gives the time machine, also after a restart. */
  useSnapshotRoom: { argument: SnapshotRoom, reply: undefined },
  /** Remembers the settings for the next run. */
  saveConfig: { argument: RunConfig, reply: undefined },
  /** Shows a run's folder in the file manager. */
  openRunFolder: { argument: RunName, reply: undefined },
  /** Copies the path of a run's folder. */
  copyRunPath: { argument: RunName, reply: undefined },
  /** Asks, then moves a run's folder to the trash; false if cancelled. */
  removeRun: { argument: RunName, reply: type<boolean>() },
  /** Asks, then discards the unsaved part of the shown run; false if cancelled. */
  discard: { argument: nothing, reply: type<boolean>() },
  /** Asks for a weights file (safetensors, or PyTorch's `.pth`) and opens it; false if cancelled. */
  openWeights: { argument: nothing, reply: type<boolean>() },
  /** Asks for a picture; its bytes as base64, null if cancelled. */
  openPicture: { argument: nothing, reply: type<{ name: string; data: string } | null>() },
  /** Asks for a path, then exports the active model; null if cancelled. */
  exportModel: { argument: ExportFormat, reply: type<SavedFile | null>() },
  /** Reads the labelled drawings, which stay in the user's profile and are sent nowhere. */
  getKeptDrawings: { argument: nothing, reply: type<KeptDrawings>() },
  /** Saves a labelled drawing; one with the same id is replaced. */
  keepDrawing: { argument: KeptDrawing, maxLength: maxLength.drawing, reply: type<LabelledDrawing>() },
  /** Changes the label of a saved drawing. */
  relabelDrawing: { argument: KeptDrawing.pick({ id: true, label: true }), reply: undefined },
  /** Removes a saved drawing, if it exists. */
  forgetDrawing: { argument: DrawingId, reply: undefined },
  /** Tests the active model on the saved drawings. */
  testKeptDrawings: { argument: nothing, reply: type<KeptDrawingsTest>() },
  /** Returns the active model's results on the saved drawings; null if there are none, or no network. */
  getDrawingResults: { argument: nothing, reply: type<DrawingResults | null>() },
  /** Starts a run that teaches the active model the saved drawings, and shows it. Those that are held out are left out. */
  teach: { argument: nothing, reply: undefined },
  /** Saves all drawings in one file; null if cancelled. */
  exportDrawings: { argument: nothing, reply: type<SavedFile | null>() },
  /** Asks for such a file, and adds the drawings in it that are not there yet; null if cancelled. */
  importDrawings: { argument: nothing, reply: type<{ added: number; total: number } | null>() },
  /** Asks, then removes all drawings for good; false if cancelled. */
  deleteDrawings: { argument: nothing, reply: type<boolean>() },
  /** Shows the folder of the saved drawings in the file manager. */
  openDrawingsFolder: { argument: nothing, reply: undefined },
  /** Asks for a path, then saves the chart; null if cancelled. */
  saveChart: { argument: PngImage, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Asks for a path, then saves the drawing; null if cancelled. */
  saveDrawing: { argument: PngImage, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Asks for a path, then saves an image of the test set; null if cancelled. */
  saveTestImage: { argument: TestImagePicture, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Saves the shown run's history as CSV; null if cancelled. */
  saveHistory: { argument: nothing, reply: type<SavedFile | null>() },
  /** Asks for another folder whose runs can be compared; null if cancelled. */
  addOtherFolder: { argument: nothing, reply: type<OtherFolder | null>() },
  /** Asks for a path, then saves the chart of a comparison; null if cancelled. */
  saveComparisonChart: { argument: PngImage, maxLength: maxLength.png, reply: type<SavedFile | null>() },
  /** Saves the histories of compared runs as CSV; null if cancelled. */
  saveComparison: { argument: RunRefs, reply: type<SavedFile | null>() },
  /** Saves the shown run's whole log as text; null if cancelled. */
  saveLog: { argument: nothing, reply: type<SavedFile | null>() },
  /** Shows the last saved file in the file manager. */
  showSavedFile: { argument: nothing, reply: undefined },
} as const satisfies Record<string, Request>;

export const requests = { ...engineRequests, ...mainRequests };

type Requests = typeof requests;
export type RequestName = keyof Requests;
export type MainRequestName = keyof typeof mainRequests;
export type RequestArgument<N extends RequestName> = z.infer<Requests[N]['argument']>;
export type RequestReply<N extends RequestName> = Requests[N]['reply'];

export const requestNames = Object.keys(requests) as RequestName[];
