import type { Dataset, Device, RunSummary, Sample, Studio as View, TrainedRun } from '@contract/contract';
import type { Queue } from '@contract/contract';
import type { ActiveModelView, PinnedDrawing } from '@contract/recognition';
import type { DeviceChoice } from '@contract/schemas';

/** What the main process last told of itself, but for the open run. */
export class StudioView {
  /** False until TensorFlow is loaded. */
  ready = $state.raw(false);
  /** There is no engine any more: nothing can be asked of it. */
  lost = $state.raw(false);
  version = $state.raw('');
  device = $state.raw<Device | null>(null);
  /** What the person chose to train on. */
  deviceChoice = $state.raw<DeviceChoice>('auto');
  /** What there is to choose from. */
  deviceChoices = $state.raw<DeviceChoice[]>(['auto']);
  /** The checkpoint folder; null when none was chosen. */
  folder = $state.raw<string | null>(null);
  /** See the contract's `Studio`. */
  suggestedFolder = $state.raw('');
  recentFolders = $state.raw<string[]>([]);
  /** Of the user's own data; null for the bundled set. */
  dataFolder = $state.raw<string | null>(null);
  dataset = $state.raw<Dataset | null>(null);
  samples = $state.raw<Sample[]>([]);
  /** The network that answers the pad. */
  model = $state.raw<ActiveModelView>({
    source: 'none',
    name: '',
    step: 0,
    testAccuracy: null,
    penAccuracy: null,
    alternative: null,
    checkpoint: null,
  });
  /** The run that is trained, or was trained last; null before the first. */
  trained = $state.raw<TrainedRun | null>(null);
  /** The runs that wait for their turn. */
  queue = $state.raw<Queue>({ waiting: [], problem: null });
  /** null when none is pinned. */
  pinned = $state.raw<PinnedDrawing | null>(null);
  /** See the contract's `Studio`. */
  notice = $state.raw<string | null>(null);
  #runs = $state.raw<RunSummary[]>([]);

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

/** Runs that did not change stay the same objects, so that only the others are drawn anew. */
function withKnown(known: RunSummary[], runs: RunSummary[]): RunSummary[] {
  const objects = new Map(known.map((summary) => [JSON.stringify(summary), summary]));
  return runs.map((summary) => objects.get(JSON.stringify(summary)) ?? summary);
}
