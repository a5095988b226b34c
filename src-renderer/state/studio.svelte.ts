import type { Command, Dataset, Device, Model, RunSummary, RunView, Sample, Studio as View } from '@contract/contract';
import { on, request } from '../bridge';
import { Actions } from './actions.svelte';
import { Drawing } from './drawing.svelte';
import { OpenRun } from './open-run.svelte';
import { Problems } from './problems.svelte';
import { Recognition } from './recognition.svelte';
import { Settings } from './settings.svelte';

/** All that the window shows. Data comes in through events and replies, and goes out through `actions`. */
export class Studio {
  #ready = $state.raw(false);
  #version = $state.raw('');
  #device = $state.raw<Device | null>(null);
  #folder = $state.raw<string | null>(null);
  #dataFolder = $state.raw<string | null>(null);
  #dataset = $state.raw<Dataset | null>(null);
  #runs = $state.raw<RunSummary[]>([]);
  #samples = $state.raw<Sample[]>([]);
  #model = $state.raw<Model>({ source: 'none', name: '', step: 0, testAccuracy: null });

  readonly run = new OpenRun();
  readonly settings = new Settings();
  readonly problems = new Problems();
  readonly drawing = new Drawing();
  readonly recognition = new Recognition(this.drawing, this.problems);
  readonly actions = new Actions(this);

  /** False until TensorFlow is loaded. */
  get ready(): boolean {
    return this.#ready;
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
      on('command', (command: Command) => this.actions[command].run()),
    ];
    void this.load();
    return () => {
      for (const end of endings) end();
    };
  }

  async load(): Promise<void> {
    try {
      const view = await request('getStudio');
      this.settings.show(view.config);
      this.replace(view);
      this.#ready = true;
    } catch (error) {
      this.problems.reportError(error);
    }
  }

  /** Takes over a whole view of the studio; null (a cancelled dialog) changes nothing. */
  replace(view: View | null): void {
    if (view === null) return;
    this.#version = view.version;
    this.#device = view.device;
    this.#folder = view.folder;
    this.#dataFolder = view.dataFolder;
    this.#dataset = view.dataset;
    this.#runs = view.runs;
    this.#samples = view.samples;
    this.#model = view.model;
    if (view.problem === null) this.problems.settle('start');
    else this.problems.report('start', view.problem);
    this.#replaceRun(view.run);
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
