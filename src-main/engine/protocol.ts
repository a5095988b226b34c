/** What the main process asks of the engine's thread, and what the thread sends back. */
import type { EngineEventName, OtherData, Problem, Reply, Studio } from '@contract/contract';
import type { KeptDrawingsTest } from '@contract/recognition';
import { type RequestArgument, type RequestReply, engineRequests } from '@contract/requests';
import type { DataSource, DeviceChoice, ImageChoice } from '@contract/schemas';
import type { RunFolder } from '../checkpoints/run-folder';
import type { LabelledImage } from '../recognition/test-drawings';

/** The part of a `Studio` that the engine knows. */
export type EngineView = Omit<Studio, 'version' | 'config' | 'notice' | 'suggestedFolder' | 'recentFolders'>;

/** What was under way when the engine's thread before this one ended unasked. */
export interface Interrupted {
  /** The run that was trained; null when none was. */
  run: string | null;
  /** Why the thread ended, in words. */
  reason: string;
}

/** A checkpoint folder, and which of its runs to show. */
export interface FolderToOpen {
  path: string;
  /** null, or one that is not there: the newest. */
  run: string | null;
}

/** A run, and where the data that it was trained on should be. */
export interface RunWithData extends Omit<OtherData, 'isRemembered'> {
  /** null for the bundled MNIST. */
  dataSource: DataSource | null;
}

/** What the main process asks for itself. It comes from no window, so no schema checks it. */
interface InternalRequests {
  /** Loads TensorFlow, the data and, where a folder is given, a run of it. Comes first, once. */
  open: {
    argument: {
      folder: FolderToOpen | null;
      dataSource: DataSource | null;
      deviceChoice: DeviceChoice;
      interrupted: Interrupted | null;
    };
    reply: EngineView;
  };
  view: { argument: undefined; reply: EngineView };
  useFolder: { argument: FolderToOpen; reply: EngineView };
  /** null for the bundled MNIST. */
  useData: { argument: DataSource | null; reply: EngineView };
  /** Uses the images of the person's own data in another way. */
  useImages: { argument: ImageChoice; reply: EngineView };
  /** See `DataSource.classNames`; null for none. */
  useClassNames: { argument: string[] | null; reply: EngineView };
  useDevice: { argument: DeviceChoice; reply: EngineView };
  /** Loads data and opens a run that was trained on them. Where it fails, all stays as it was. */
  openRunWithData: { argument: RunWithData; reply: EngineView };
  /** The argument is the file's path. */
  openWeightsFile: { argument: string; reply: undefined };
  /** The argument is the path to write to, see `exportModel`. */
  exportModelTo: { argument: string; reply: undefined };
  /** What the folder of a run of the checkpoint folder holds. */
  describeRun: { argument: string; reply: RunFolder };
  /** Closes a run whose folder is about to be removed; the reply says whether it was shown. */
  releaseRun: { argument: string; reply: boolean };
  /** Closes the shown run without what could not be saved of it. */
  discardRun: { argument: undefined; reply: undefined };
  /** The run's folder is gone. */
  forgetRun: { argument: string; reply: undefined };
  testDrawings: { argument: LabelledImage[]; reply: Pick<KeptDrawingsTest, 'correct' | 'wrong' | 'model'> };
  historyCsv: { argument: undefined; reply: string };
  /** The shown run's name, and all lines of its log. */
  runLog: { argument: undefined; reply: { run: string; text: string } };
  /** Pauses; the reply says why the run could not be saved, or null. */
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

const immediateInternal: string[] = ['view', 'testDrawings', 'close'] satisfies (keyof InternalRequests)[];

/** See `Request.immediate`: a drawing does not wait for a checkpoint, and a pause does not wait for what it is to end. */
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
