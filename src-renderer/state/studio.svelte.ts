import type {
  Command,
  Dataset,
  Device,
  Model,
  PinnedDrawing,
  RunSummary,
  RunView,
  Sample,
  Studio as View,
} from '@contract/contract';
import { on, request } from '../bridge';
import { Actions } from './actions.svelte';
import { type Content, Drawing } from './drawing.svelte';
import { Insight } from './insight.svelte';
import { LastDrawings } from './last-drawings.svelte';
import { OpenRun } from './open-run.svelte';
import { OwnDigits } from './own-digits.svelte';
import { Problems } from './problems.svelte';
import { Recognition } from './recognition.svelte';
import { Settings } from './settings.svelte';

/** All that the window shows. Data comes in through events and replies, and goes out through `actions`. */
export class Studio {
  #ready = $state.raw(false);
  #hasLoaded = false;
  #version = $state.raw('');
  #device = $state.raw<Device | null>(null);
  #folder = $state.raw<string | null>(null);
  #dataFolder = $state.raw<string | null>(null);
  #dataset = $state.raw<Dataset | null>(null);
  #runs = $state.raw<RunSummary[]>([]);
  #samples = $state.raw<Sample[]>([]);
  #model = $state.raw<Model>({ source: 'none', name: '', step: 0, testAccuracy: null, penAccuracy: null });
  #pinned = $state.raw<PinnedDrawing | null>(null);
  #lost = $state.raw(false);
  #notice = $state.raw<string | null>(null);

  readonly run = new OpenRun();
  readonly settings = new Settings();
  readonly problems = new Problems();
  readonly drawing = new Drawing((content) => this.#remember(content));
  readonly recognition: Recognition = new Recognition(this.drawing, this.problems, () => this.insight.follow());
  readonly insight = new Insight(this.recognition, this.problems);
  readonly lastDrawings = new LastDrawings();
  readonly ownDigits = new OwnDigits();
  readonly actions = new Actions(this);

  /** False until TensorFlow is loaded. */
  get ready(): boolean {
    return this.#ready;
  }
  /** There is no engine any more: nothing can be asked of it. */
  get lost(): boolean {
    return this.#lost;
  }
  get version(): string {
    return this.#version;
  }
  get device(): Device | null {
    return this.#device;
  }
  get folder(): string | null {
    return this.#folder;
  }
  get dataFolder(): string | null {
    return this.#dataFolder;
  }
  get dataset(): Dataset | null {
    return this.#dataset;
  }
  get runs(): RunSummary[] {
    return this.#runs;
  }
  get samples(): Sample[] {
    return this.#samples;
  }
  /** The network that answers the pad. */
  get model(): Model {
    return this.#model;
  }

  /** null when none is pinned. */
  get pinned(): PinnedDrawing | null {
    return this.#pinned;
  }

  /** See the contract's `Studio`. */
  get notice(): string | null {
    return this.#notice;
  }

  /** Listens to the main process and asks it for everything. @returns a function that ends listening. */
  open(): () => void {
    const endings = [
      on('device', (device) => (this.#device = device)),
      on('run', (view) => this.#replaceRun(view)),
      on('reports', (reports) => {
        this.run.append(reports);
        this.recognition.askAgainSoon();
      }),
      on('runs', (runs) => (this.#runs = withOldOnes(this.#runs, runs))),
      on('samples', (samples) => (this.#samples = samples)),
      on('model', (model) => {
        this.#model = model;
        this.recognition.askAgainSoon();
      }),
      on('pinned', (pinned) => (this.#pinned = pinned)),
      on('command', (command: Command) => this.actions[command].run()),
      on('engineReplaced', () => {
        this.#ready = false;
        void this.load();
      }),
      on('problem', (problem) => this.problems.report('start', problem)),
      on('engineLost', (problem) => {
        this.#lost = true;
        this.run.cutOff();
        this.problems.report('start', problem);
      }),
    ];
    void this.load();
    return () => {
      for (const end of endings) end();
    };
  }

  async load(): Promise<void> {
    try {
      const view = await request('getStudio');
      // Afterwards the window's settings are the newer ones.
      if (!this.#hasLoaded) this.settings.show(view.config);
      this.#hasLoaded = true;
      this.#ready = true;
      this.#show(view);
      this.problems.settle('request');
      if (view.problem !== null) this.problems.report('start', view.problem);
    } catch (error) {
      this.problems.reportError(error);
    }
  }

  /** Takes over what a person has chosen to open; null (a cancelled dialog) changes nothing. */
  replace(view: View | null): void {
    if (view === null) return;
    this.#show(view);
    this.problems.settle('start');
    if (view.problem !== null) this.problems.report('start', view.problem);
  }

  #show(view: View): void {
    this.#version = view.version;
    this.#device = view.device;
    this.#folder = view.folder;
    this.#dataFolder = view.dataFolder;
    this.#dataset = view.dataset;
    this.#runs = view.runs;
    this.#samples = view.samples;
    this.#model = view.model;
    this.#pinned = view.pinned;
    this.#notice = view.notice;
  }

  #remember(content: Content): void {
    const { answer } = this.recognition;
    if (answer !== null) this.lastDrawings.add(content, answer);
  }

  #replaceRun(view: RunView): void {
    const known = this.run.problem;
    this.run.replace(view);
    if (view.problem === null) this.problems.settle('run');
    // A dismissed problem stays dismissed while the run tells the same again.
    else if (view.problem.message !== known?.message) this.problems.report('run', view.problem);
    this.recognition.askAgainSoon();
  }
}

/** Of a new list, the runs that are as they were are the very objects of the old one: only the others are drawn anew. */
function withOldOnes(old: RunSummary[], runs: RunSummary[]): RunSummary[] {
  const known = new Map(old.map((summary) => [JSON.stringify(summary), summary]));
  return runs.map((summary) => known.get(JSON.stringify(summary)) ?? summary);
}
