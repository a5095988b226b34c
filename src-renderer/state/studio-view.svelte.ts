import { isTraining } from '@contract/commands';
import type { Dataset, Device, RunSummary, Sample, Studio as View, TrainedRun } from '@contract/contract';
import type { Queue } from '@contract/contract';
import type { ActiveModelView, PinnedDrawing } from '@contract/recognition';
import { DEFAULT_SNAPSHOT_ROOM, type DeviceChoice, type SnapshotRoom, nothingOff } from '@contract/schemas';

/** The last known state of the main process, except for the open run. */
export class StudioView {
  /** False until TensorFlow is loaded. */
  ready = $state.raw(false);
  /** Whether the engine is gone for good, so that no request can be sent. */
  lost = $state.raw(false);
  version = $state.raw('');
  device = $state.raw<Device | null>(null);
  /** The device that the person chose. */
  deviceChoice = $state.raw<DeviceChoice>('auto');
  /** The devices to choose from. */
  deviceChoices = $state.raw<DeviceChoice[]>(['auto']);
  /** See the contract's `Studio`. */
  snapshotRoom = $state.raw<SnapshotRoom>(DEFAULT_SNAPSHOT_ROOM);
  /** The checkpoint folder; null until one is chosen. */
  folder = $state.raw<string | null>(null);
  /** See the contract's `Studio`. */
  suggestedFolder = $state.raw('');
  recentFolders = $state.raw<string[]>([]);
  /** The folder of the user's own data; null for the bundled dataset. */
  dataFolder = $state.raw<string | null>(null);
  dataset = $state.raw<Dataset | null>(null);
  samples = $state.raw<Sample[]>([]);
  /** The network that reads the pad. */
  model = $state.raw<ActiveModelView>({
    source: 'none',
    name: '',
    step: 0,
    testAccuracy: null,
    penAccuracy: null,
    alternative: null,
    checkpoint: null,
    past: null,
    switchedOff: nothingOff,
  });
  /** The run that is or was last trained; null before the first. */
  trained = $state.raw<TrainedRun | null>(null);
  /** The waiting runs. */
  queue = $state.raw<Queue>({ waiting: [], problem: null });
  /** null if none is pinned. */
  pinned = $state.raw<PinnedDrawing | null>(null);
  /** See the contract's `Studio`. */
  notice = $state.raw<string | null>(null);
  #runs = $state.raw<RunSummary[]>([]);

  /** Whether a run is trained. */
  get isTraining(): boolean {
    return this.trained !== null && isTraining(this.trained.state);
  }

  /** Whether a run is trained and the pad is not read by an earlier step of it. */
  get isLearning(): boolean {
    return this.isTraining && this.model.past === null;
  }

  get runs(): RunSummary[] {
    return this.#runs;
  }

  set runs(runs: RunSummary[]) {
    this.#runs = withKnown(this.#runs, runs);
  }

  replace(view: View): void {
    this.version = view.version;
    this.device = view.device;
    this.deviceChoice = view.deviceChoice;
    this.deviceChoices = view.deviceChoices;
    this.snapshotRoom = view.snapshotRoom;
    this.folder = view.folder;
    this.suggestedFolder = view.suggestedFolder;
    this.recentFolders = view.recentFolders;
    this.dataFolder = view.dataFolder;
    this.dataset = view.dataset;
    this.runs = view.runs;
    this.samples = view.samples;
    this.model = view.model;
    this.trained = view.trained;
    this.queue = view.queue;
    this.pinned = view.pinned;
    this.notice = view.notice;
  }
}

/** Reuses the objects of unchanged runs, so that only changed runs are rendered again. */
function withKnown(known: RunSummary[], runs: RunSummary[]): RunSummary[] {
  const objects = new Map(known.map((summary) => [JSON.stringify(summary), summary]));
  return runs.map((summary) => objects.get(JSON.stringify(summary)) ?? summary);
}
