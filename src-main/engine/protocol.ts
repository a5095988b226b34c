/** The messages between the main process and the engine thread. */
import type { OtherFolder, RunRef } from '@contract/compare';
import type { EngineEventName, OtherData, Problem, Reply, Studio } from '@contract/contract';
import type { KeptDrawingsTest, LabelledDrawing } from '@contract/recognition';
import type { Results } from '@contract/results';
import { type RequestArgument, type RequestReply, engineRequests } from '@contract/requests';
import type { DataSource, DeviceChoice, GreyImage, ImageChoice, SnapshotRoom } from '@contract/schemas';
import type { RunFolder } from '../checkpoints/run-folder';

/** The part of a `Studio` that the engine knows. */
export type EngineView = Omit<
  Studio,
  'version' | 'config' | 'notice' | 'suggestedFolder' | 'recentFolders' | 'snapshotRoom'
>;

/** What the previous engine thread was doing when it ended unexpectedly. */
export interface Interrupted {
  /** The run that was being trained; null if none was. */
  run: string | null;
  /** Why the thread ended, in words. */
  reason: string;
}

/** A checkpoint folder and the run in it to show. */
export interface FolderToOpen {
  path: string;
  /** The newest run is shown instead if this is null or missing. */
  run: string | null;
  /** `DEFAULT_SNAPSHOT_ROOM` by default. */
  snapshotRoom?: SnapshotRoom;
}

/** A run and the expected source of its training data. */
export interface RunWithData extends Omit<OtherData, 'isRemembered'> {
  /** null for the bundled MNIST. */
  dataSource: DataSource | null;
}

/** A waiting run and the expected source of its training data. */
export interface WaitingRunWithData {
  /** The dataset's name. */
  dataset: string;
  sha256: string;
  /** null for the bundled MNIST. */
  dataSource: DataSource | null;
}

/** The main process's own requests. They do not come from a window, so no schema checks them. */
interface InternalRequests {
  /** Loads TensorFlow, the data and, if a folder is given, one of its runs. Must be the first request, sent once. */
  open: {
    argument: {
      folder: FolderToOpen | null;
      dataSource: DataSource | null;
      deviceChoice: DeviceChoice;
      interrupted: Interrupted | null;
      /** The drawing that was pinned. */
      pinned: GreyImage | null;
    };
    reply: EngineView;
  };
  view: { argument: undefined; reply: EngineView };
  useFolder: { argument: FolderToOpen; reply: EngineView };
  /** null for the bundled MNIST. */
  useData: { argument: DataSource | null; reply: EngineView };
  /** Changes how the images of the person's own data are used. */
  useImages: { argument: ImageChoice; reply: EngineView };
  /** See `DataSource.classNames`; null for none. */
  useClassNames: { argument: string[] | null; reply: EngineView };
  useDevice: { argument: DeviceChoice; reply: EngineView };
  /** Changes the room in the folder that is open, if any. */
  setSnapshotRoom: { argument: SnapshotRoom; reply: undefined };
  /** Loads data and opens a run that was trained on it. After an error nothing has changed. */
  openRunWithData: { argument: RunWithData; reply: EngineView };
  /** Loads the data that a waiting run needs. After an error nothing has changed. */
  useDataOfWaitingRun: { argument: WaitingRunWithData; reply: EngineView };
  /** The argument is the file's path. */
  openWeightsFile: { argument: string; reply: undefined };
  /** The argument is the path to write to, see `exportModel`. */
  exportModelTo: { argument: string; reply: undefined };
  /** Describes the folder of a run. */
  describeRun: { argument: string; reply: RunFolder };
  /** Closes a run whose folder is about to be removed; replies whether it was shown. */
  releaseRun: { argument: string; reply: boolean };
  /** Closes the shown run and discards what could not be saved. */
  discardRun: { argument: undefined; reply: undefined };
  /** The run's folder is gone. */
  forgetRun: { argument: string; reply: undefined };
  testDrawings: { argument: LabelledDrawing[]; reply: Pick<KeptDrawingsTest, 'correct' | 'wrong' | 'model'> };
  /** The active model's results on these drawings; null if there are none, or no network. */
  resultsOfDrawings: { argument: LabelledDrawing[]; reply: Results | null };
  /** See the request `teach`. */
  teachDrawings: { argument: LabelledDrawing[]; reply: undefined };
  /** The shown run's name. */
  shownRun: { argument: undefined; reply: string };
  /** Adds the runs of a folder to those that can be compared. The argument is its path. */
  addRunsOf: { argument: string; reply: OtherFolder };
  comparisonCsv: { argument: RunRef[]; reply: string };
  historyCsv: { argument: undefined; reply: string };
  /** The shown run's name and its whole log. */
  runLog: { argument: undefined; reply: { run: string; text: string } };
  /** Pauses; replies why the run could not be saved, or null. */
  close: { argument: undefined; reply: Problem | null };
}

type EngineRequests = {
  [N in keyof typeof engineRequests]: { argument: RequestArgument<N>; reply: RequestReply<N> };
} & InternalRequests;

export type EngineRequestName = keyof EngineRequests;
export type EngineArgument<N extends EngineRequestName> = EngineRequests[N]['argument'];
export type EngineReply<N extends EngineRequestName> = EngineRequests[N]['reply'];

/** One method for each request. */
export type EngineMethods = {
  [N in EngineRequestName]: (argument: EngineArgument<N>) => EngineReply<N> | Promise<EngineReply<N>>;
};

const immediateInternal: string[] = [
  'view',
  'testDrawings',
  'resultsOfDrawings',
  'close',
] satisfies (keyof InternalRequests)[];

/** See `Request.immediate`: a drawing does not wait for a checkpoint, nor a pause for the training that it ends. */
export function isImmediate(name: EngineRequestName): boolean {
  return name in engineRequests
    ? 'immediate' in engineRequests[name as keyof typeof engineRequests]
    : immediateInternal.includes(name);
}

export interface RequestMessage {
  id: number;
  name: EngineRequestName;
  argument: unknown;
}

export type ThreadMessage =
  { kind: 'reply'; id: number; reply: Reply<unknown> } | { kind: 'event'; name: EngineEventName; payload: unknown };
