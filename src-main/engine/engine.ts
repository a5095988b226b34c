/** The engine: TensorFlow, the data and a training session behind one set of requests. */
import type { Device, GreyImage } from '@contract/contract';
import type { Insight, Prediction } from '@contract/recognition';
import type { Results } from '@contract/results';
import type { DataSource, DeviceChoice, ImageChoice } from '@contract/schemas';
import { fromGreyImage } from '../data/grey-image';
import { type RunFolder, describeRunFolder } from '../checkpoints/run-folder';
import { type CheckpointStore, openStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { UserError } from '../base/errors';
import { exportModel } from '../exchange/export';
import { type WeightsFile, readWeightsFile } from '../exchange/weights-file';
import { type BundledModel, loadBundledModel } from '../recognition/bundled-model';
import { lookInside } from '../recognition/insight';
import { OtherFolders } from '../session/other-folders';
import { PinnedDrawing } from '../session/pinned-drawing';
import { testDrawings } from '../recognition/test-drawings';
import { setRunDetails } from '../session/run-details';
import { testImages } from '../session/test-images';
import type { Emit } from '../session/session-events';
import { Session } from '../session/session';
import { requireStore } from '../session/session-state';
import type { EngineArgument, EngineMethods, EngineReply, EngineView, FolderToOpen } from './protocol';
import { type DataInUse, describeData, loadData, loadDataOf, withClassNames, withImages } from './data-in-use';
import { Problems } from './problems';
import { reopenInterrupted } from './reopen-interrupted';
import { deviceChoices, loadTensorFlow } from './tensorflow';

/** The state after `open` has been answered. */
interface Opened {
  device: Device;
  deviceChoice: DeviceChoice;
  bundled: BundledModel | null;
  inUse: DataInUse;
  session: Session;
}

export class Engine implements EngineMethods {
  #opened: Opened | null = null;
  readonly #pinned: PinnedDrawing;
  readonly #otherFolders = new OtherFolders();

  constructor(private readonly emit: Emit) {
    this.#pinned = new PinnedDrawing(emit);
  }

  async open({ folder, dataSource, deviceChoice: wanted, interrupted }: EngineArgument<'open'>): Promise<EngineView> {
    const problems = new Problems();
    const asWanted = await problems.note(loadTensorFlow(wanted));
    const [device, deviceChoice] = asWanted ? [asWanted, wanted] : [await loadTensorFlow(), 'auto' as const];
    this.emit('device', device);
    const bundled = await problems.note(loadBundledModel());
    const chosen = dataSource === null ? null : await problems.note(loadData(dataSource, bundled));
    const inUse = chosen ?? (await loadData(null, bundled));
    const session = this.#newSession(device, inUse.data, bundled);
    this.#opened = { device, deviceChoice, bundled, inUse, session };
    if (folder !== null) await problems.note(this.#useFolder(folder));
    if (interrupted !== null) await problems.note(reopenInterrupted(session, interrupted));
    return { ...(await this.view()), problem: problems.first };
  }

  /** The run is sent as an event, in order with its reports: a reply could overtake some of them. */
  async view(): Promise<EngineView> {
    const { device, deviceChoice, session, inUse } = this.#require();
    session.events.sendRun();
    return {
      device,
      deviceChoice,
      deviceChoices: deviceChoices(),
      folder: session.store?.folder ?? null,
      dataFolder: inUse.source?.folder ?? null,
      dataset: describeData(inUse),
      runs: await session.events.runs().catch(() => []),
      samples: session.events.samples,
      model: session.activeModel.view,
      pinned: this.#pinned.view,
      trained: session.events.trained,
      queue: session.events.queue,
      problem: null,
    };
  }

  async useFolder(folder: FolderToOpen): Promise<EngineView> {
    await this.#useFolder(folder);
    return this.view();
  }

  /** The data is used even if something cannot be opened with it; the view then says so. */
  async useData(dataSource: DataSource | null): Promise<EngineView> {
    const { session: old, device, bundled, ...others } = this.#require();
    const inUse = await loadData(dataSource, bundled);
    const { openedWeights, store } = old;
    await old.end();
    const session = this.#newSession(device, inUse.data, bundled);
    this.#opened = { ...others, device, bundled, inUse, session };
    return this.#openAgain(openedWeights, store);
  }

  /** Reopens everything on the other device. If that device cannot be used, nothing changes. */
  async useDevice(deviceChoice: DeviceChoice): Promise<EngineView> {
    const { session: old, bundled: oldBundled, inUse, deviceChoice: choiceBefore } = this.#require();
    old.requireAllowed('changeDevice');
    const { openedWeights, store } = old;
    const { run } = old.events.view;
    let device: Device;
    try {
      device = await loadTensorFlow(deviceChoice);
      await old.end();
    } catch (error) {
      await loadTensorFlow(choiceBefore);
      throw error;
    }
    const bundled = oldBundled && (await loadBundledModel());
    this.#opened = { device, deviceChoice, bundled, inUse, session: this.#newSession(device, inUse.data, bundled) };
    oldBundled?.network.dispose();
    this.emit('device', device);
    return this.#openAgain(openedWeights, store, run);
  }

  /** Loads the data again only if the choice changes their images. */
  async useImages(images: ImageChoice): Promise<EngineView> {
    const opened = this.#require();
    const inUse = withImages(opened.inUse, images);
    if (inUse === null) return this.useData({ ...opened.inUse.source!, images });
    this.#opened = { ...opened, inUse };
    return this.view();
  }

  async useClassNames(classNames: string[] | null): Promise<EngineView> {
    const opened = this.#require();
    this.#opened = { ...opened, inUse: withClassNames(opened.inUse, classNames) };
    return this.view();
  }

  /**
   * Opens the run in a new session, which replaces the current one once that is saved and closed.
   * @throws UserError `other-data` if the folder does not contain the run's data; after any error nothing has changed
   */
  async openRunWithData(wanted: EngineArgument<'openRunWithData'>): Promise<EngineView> {
    const { session: old, device, bundled, ...others } = this.#require();
    old.requireAllowed('changeData');
    const store = requireStore(old);
    const inUse = await loadDataOf(wanted, bundled);
    let isShown = false;
    const session = this.#newSession(device, inUse.data, bundled, (name, payload) => {
      if (isShown) this.emit(name, payload);
    });
    try {
      await session.useStore(store);
      await session.queue.open();
      await session.openRun(wanted.run);
      await old.end();
    } catch (error) {
      session.dispose();
      throw error;
    }
    isShown = true;
    this.#opened = { ...others, device, bundled, inUse, session };
    await session.events.sendAll();
    return this.view();
  }

  async start(config: EngineArgument<'start'>): Promise<undefined> {
    await this.#require().session.start(config);
  }

  async startFrom({ config, from }: EngineArgument<'startFrom'>): Promise<undefined> {
    await this.#require().session.startFrom(config, from);
  }

  async enqueue(start: EngineArgument<'enqueue'>): Promise<undefined> {
    await this.#require().session.queue.add(start);
  }

  async tryChange(trial: EngineArgument<'tryChange'>): Promise<undefined> {
    await this.#require().session.queue.addTrial(trial);
  }

  async takeBack(ids: EngineArgument<'takeBack'>): Promise<undefined> {
    await this.#require().session.queue.takeBack(ids);
  }

  async startNext(): Promise<undefined> {
    await this.#require().session.queue.startNext();
  }

  async setRunDetails({ run, name, note }: EngineArgument<'setRunDetails'>): Promise<undefined> {
    const { session } = this.#require();
    await setRunDetails(requireStore(session), { run, name, note });
    await session.events.sendRuns();
  }

  async pause(): Promise<undefined> {
    await this.#require().session.pause();
  }

  async resume(): Promise<undefined> {
    await this.#require().session.resume();
  }

  async addEpochs(epochs: number): Promise<undefined> {
    await this.#require().session.addEpochs(epochs);
  }

  async openRun(run: string): Promise<undefined> {
    await this.#require().session.openRun(run);
  }

  async openWeightsFile(file: string): Promise<undefined> {
    await this.#require().session.openWeights(await readWeightsFile(file));
  }

  async exportModelTo(path: string): Promise<undefined> {
    await exportModel(this.#require().session.activeModel.weights, path);
  }

  async openStep(wanted: EngineArgument<'openStep'>): Promise<undefined> {
    await this.#require().session.openStep(wanted);
  }

  async openCheckpoint({ run, name }: EngineArgument<'openCheckpoint'>): Promise<undefined> {
    await this.#require().session.openCheckpoint(run, name);
  }

  describeRun(run: string): Promise<RunFolder> {
    return describeRunFolder(requireStore(this.#require().session), run);
  }

  releaseRun(run: string): Promise<boolean> {
    return this.#require().session.releaseRun(run);
  }

  async discardRun(): Promise<undefined> {
    await this.#require().session.discard();
  }

  async forgetRun(run: string): Promise<undefined> {
    await requireStore(this.#require().session).noteRemoved(run);
    await this.#require().session.events.sendRuns();
  }

  newSamples(): undefined {
    this.#require().session.events.newSamples();
  }

  recognize(drawing: EngineArgument<'recognize'>): Prediction {
    return this.#require().session.activeModel.recognize(drawing);
  }

  recognizeImage({ width, height, pixels }: EngineArgument<'recognizeImage'>): Prediction {
    const values = Buffer.from(pixels, 'base64');
    return this.#require().session.activeModel.recognizePicture({ width, height, values });
  }

  readWith(choice: EngineArgument<'readWith'>): Promise<EngineReply<'readWith'>> {
    return this.#require().session.readWith(choice);
  }

  switchOff(parts: EngineArgument<'switchOff'>): undefined {
    this.#require().session.switchOff(parts);
  }

  getAccuracy(): Promise<EngineReply<'getAccuracy'>> {
    return this.#require().session.results.accuracy();
  }

  lookInside(image: EngineArgument<'lookInside'>): Insight {
    return lookInside(this.#require().session.activeModel.weights, fromGreyImage(image));
  }

  getResults(): Promise<Results | null> {
    return this.#require().session.results.get();
  }

  getTestImages(indices: EngineArgument<'getTestImages'>): GreyImage[] {
    return testImages(this.#require().inUse.data.test, indices);
  }

  compareRuns(refs: EngineArgument<'compareRuns'>): Promise<EngineReply<'compareRuns'>> {
    return this.#require().session.comparison.compare(refs);
  }

  compareAnswers([first, second]: EngineArgument<'compareAnswers'>): Promise<EngineReply<'compareAnswers'>> {
    return this.#require().session.answersComparison.compare(first, second);
  }

  getTrial(id: string): Promise<EngineReply<'getTrial'>> {
    return this.#require().session.comparison.trial(id);
  }

  addRunsOf(path: string): Promise<EngineReply<'addRunsOf'>> {
    return this.#otherFolders.add(path);
  }

  comparisonCsv(refs: EngineArgument<'comparisonCsv'>): Promise<string> {
    return this.#require().session.comparison.csv(refs);
  }

  pinDrawing(image: EngineArgument<'pinDrawing'>): undefined {
    this.#pinned.pin(image === null ? null : fromGreyImage(image));
  }

  testDrawings(drawings: EngineArgument<'testDrawings'>): EngineReply<'testDrawings'> {
    const { session } = this.#require();
    return { ...testDrawings(session.activeModel.requireReader().network, drawings), model: session.activeModel.model };
  }

  resultsOfDrawings(drawings: EngineArgument<'resultsOfDrawings'>): Promise<Results | null> {
    return this.#require().session.results.ofDrawings(drawings);
  }

  runLog(): EngineReply<'runLog'> {
    return this.#require().session.runLog;
  }

  shownRun(): string {
    return this.#require().session.shownRun;
  }

  historyCsv(): string {
    return this.#require().session.historyCsv;
  }

  async close(): Promise<EngineReply<'close'>> {
    return (await this.#opened?.session.close()) ?? null;
  }

  /** Reopens in a new session what was open in the previous one. The view says what could not be opened. */
  async #openAgain(weights: WeightsFile | null, store: CheckpointStore | null, run: string | null = null) {
    const { session } = this.#require();
    const problems = new Problems();
    if (weights) await problems.note(session.openWeights(weights));
    if (store !== null) await problems.note(session.useFolder(store, run));
    return { ...(await this.view()), problem: problems.first };
  }

  #newSession(device: Device, data: MnistDataset, bundled: BundledModel | null, emit = this.emit): Session {
    const pinned = this.#pinned;
    return new Session(device, data, bundled, emit, (...test) => pinned.readAgain(...test), this.#otherFolders);
  }

  async #useFolder({ path, run }: FolderToOpen): Promise<void> {
    await this.#require().session.useFolder(await openStore(path), run);
  }

  #require(): Opened {
    if (!this.#opened) throw new UserError('not-now', 'The engine is still starting. Try again in a moment.');
    return this.#opened;
  }
}
