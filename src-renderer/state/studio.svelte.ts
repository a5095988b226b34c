import type { RunView, TrainedRun } from '@contract/contract';
import type { Command } from '@contract/menu';
import { on, request } from '../bridge';
import { WorkerLayouts } from '../map/worker-layouts';
import { Action } from './action';
import { CompareActions } from './compare-actions';
import { Comparison } from './comparison.svelte';
import { Convolution } from './convolution.svelte';
import { DigitMapView } from './digit-map.svelte';
import { Dialogs } from './dialogs.svelte';
import { DrawingActions } from './drawing-actions.svelte';
import { DrawingFiles } from './drawing-files';
import { type Content, Drawing } from './drawing.svelte';
import { FileActions } from './file-actions.svelte';
import { FoundDigits } from './found-digits.svelte';
import { Handwriting } from './handwriting.svelte';
import { InkExplanation } from './ink-explanation.svelte';
import { Insight } from './insight.svelte';
import { LastDrawings } from './last-drawings.svelte';
import { Lesson } from './lesson.svelte';
import { Messages } from './messages.svelte';
import { NewRun } from './new-run.svelte';
import { NetworkPartsView } from './network-parts.svelte';
import { nextPane } from './next-pane';
import { OpenRun } from './open-run.svelte';
import { PartRankingView } from './part-ranking.svelte';
import { OwnDigits } from './own-digits.svelte';
import { PinnedPast } from './pinned-past.svelte';
import { Problems } from './problems.svelte';
import { QueueActions } from './queue-actions';
import { Recognition } from './recognition.svelte';
import { Requester } from './requester.svelte';
import { ResultsView } from './results.svelte';
import { RunActions } from './run-actions.svelte';
import { Settings } from './settings.svelte';
import { SlowMotion } from './slow-motion.svelte';
import { Snapshots } from './snapshots.svelte';
import { StudioView } from './studio-view.svelte';
import { TimeMachine } from './time-machine.svelte';
import { Trials } from './trials.svelte';

/** The window's whole state. Data comes in through events and replies, and goes out through actions. */
export class Studio {
  readonly view = new StudioView();
  readonly run = new OpenRun();
  readonly settings = new Settings();
  readonly problems = new Problems();
  readonly messages = new Messages();
  readonly dialogs = new Dialogs();
  readonly newRun = new NewRun(this.view, this.run);
  readonly drawing = new Drawing((content) => this.#remember(content));
  readonly recognition: Recognition = new Recognition(this.drawing, this.problems, () => {
    this.insight.follow();
    this.convolution.follow();
    this.inkExplanation.follow();
    this.map.followDrawing();
  });
  readonly insight = new Insight(this.view, this.recognition, this.problems);
  readonly convolution = new Convolution(this.view, this.recognition, this.problems);
  readonly pinnedPast = new PinnedPast(this.view, this.problems);
  readonly results = new ResultsView(this.problems, () => this.timeMachine);
  readonly lastDrawings = new LastDrawings();
  readonly ownDigits = new OwnDigits(() => this.results.follow());
  readonly requester = new Requester(this.view, this.problems);
  readonly files = new FileActions(this);
  readonly actions = new RunActions(this);
  readonly inkExplanation: InkExplanation = new InkExplanation(this);
  readonly timeMachine = new TimeMachine(this);
  readonly snapshots = new Snapshots(this);
  readonly slowMotion = new SlowMotion(this);
  readonly parts = new NetworkPartsView(this);
  readonly map = new DigitMapView(this, (listener) => new WorkerLayouts(listener));
  readonly partRanking = new PartRankingView(this);
  readonly comparison = new Comparison(this.problems, this.view);
  readonly trials = new Trials(this.problems);
  readonly compareActions = new CompareActions(this);
  readonly queueActions = new QueueActions(this);
  readonly drawingActions = new DrawingActions(this);
  readonly drawingFiles = new DrawingFiles(this);
  readonly handwriting = new Handwriting(this);
  readonly foundDigits = new FoundDigits(this);
  readonly lesson = new Lesson(this);

  #hasLoaded = false;

  readonly #commands: Record<Command, Action> = {
    newRun: this.actions.showNewRun,
    start: this.actions.start,
    startNext: this.queueActions.startNext,
    pause: this.actions.pause,
    resume: this.actions.resume,
    addEpochs: this.actions.addEpochs,
    discard: this.actions.discard,
    newSamples: this.actions.newSamples,
    saveHistory: this.files.saveHistory,
    chooseFolder: this.actions.chooseFolder,
    openFolder: this.actions.openFolder,
    openWeights: this.actions.openWeights,
    exportModel: this.files.exportModel,
    clearDrawing: this.drawingActions.clearDrawing,
    undoStroke: this.drawingActions.undoStroke,
    redoStroke: this.drawingActions.redoStroke,
    openPicture: this.drawingActions.openPicture,
    nextPane: always(nextPane),
    help: always(() => this.dialogs.show('help')),
    guide: always(() => this.dialogs.show('guide')),
    graphicsCard: always(() => this.dialogs.showGuide('Graphics card')),
    shortcuts: always(() => this.dialogs.show('shortcuts')),
    handwriting: always(() => this.dialogs.show('handwriting')),
  };

  /** Subscribes to events and requests the whole state. @returns a function that unsubscribes */
  open(): () => void {
    const { view } = this;
    const endings = [
      on('device', (device) => (view.device = device)),
      on('run', (run) => this.#replaceRun(run)),
      on('reports', (reports) => {
        this.run.append(reports);
        this.recognition.askAgainSoon();
        if (!document.hidden) this.map.followRun();
      }),
      on('trained', (trained) => this.#followTrained(trained)),
      on('queue', (queue) => (view.queue = queue)),
      on('runs', (runs) => {
        view.runs = runs;
        this.comparison.keepOnly(runs.map(({ run }) => run));
        this.trials.follow();
      }),
      on('samples', (samples) => (view.samples = samples)),
      on('model', (model) => {
        view.model = model;
        this.timeMachine.follow();
        this.pinnedPast.follow();
        this.parts.follow();
        this.ownDigits.follow(model);
        this.recognition.askAgainSoon();
        this.results.follow();
        if (!this.timeMachine.isPassing) this.map.follow();
        // An empty pad is not read, but the kernels are shown.
        if (this.drawing.isEmpty) this.insight.follow();
      }),
      on('rankingProgress', (done) => this.partRanking.progressed(done)),
      on('pinned', (pinned) => {
        view.pinned = pinned;
        this.pinnedPast.follow();
      }),
      on('command', (command) => this.#commands[command].run()),
      on('recentFolders', (folders) => (view.recentFolders = folders)),
      on('recentFolder', (path) => this.actions.useRecentFolder(path).run()),
      on('engineReplaced', () => {
        view.ready = false;
        void this.load();
      }),
      on('problem', (problem) => this.problems.report('start', problem)),
      on('engineLost', (problem) => {
        view.lost = true;
        view.trained = null;
        this.run.cutOff();
        this.problems.reportEnd(problem);
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
      // Later the window's own settings are newer.
      if (!this.#hasLoaded) this.settings.show(view.config);
      this.#hasLoaded = true;
      this.view.ready = true;
      this.view.replace(view);
      this.ownDigits.follow(view.model);
      this.slowMotion.follow();
      this.comparison.follow();
      this.problems.settle('request');
      if (view.problem !== null) this.problems.report('start', view.problem);
    } catch (error) {
      this.problems.reportError(error);
    }
  }

  #remember(content: Content): void {
    const { answer } = this.recognition;
    if (answer !== null) this.lastDrawings.add(content, answer);
  }

  /** Reports problems of a trained run that is not shown. */
  #followTrained(trained: TrainedRun | null): void {
    const known = this.view.trained?.problem;
    this.view.trained = trained;
    this.map.followTraining();
    if (!trained?.problem || trained.run === this.run.name || trained.problem.message === known?.message) return;
    const { code, message } = trained.problem;
    this.problems.report('start', { code, message: `${trained.run}: ${message}` });
  }

  #replaceRun(view: RunView): void {
    const known = this.run.problem;
    this.run.replace(view);
    if (view.problem === null) this.problems.settle('run');
    // A dismissed problem stays dismissed while the run repeats it.
    else if (view.problem.message !== known?.message) this.problems.report('run', view.problem);
    this.recognition.askAgainSoon();
    this.results.follow();
    this.lesson.follow();
  }
}

const always = (perform: () => void) => new Action(() => null, perform);
