/** The engine: TensorFlow, the data and a training session behind one set of requests. */
import type { Device, GreyImage } from '@contract/contract';
import type { DataSource, DeviceChoice, ImageChoice } from '@contract/schemas';
import { fromGreyImage } from '../data/grey-image';
import { type CheckpointStore, openStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { UserError } from '../base/errors';
import type { WeightsFile } from '../exchange/weights-file';
import { type BundledModel, loadBundledModel } from '../recognition/bundled-model';
import { OtherFolders } from '../session/other-folders';
import { PinnedDrawing } from '../session/pinned-drawing';
import { testImages } from '../session/test-images';
import type { Emit } from '../session/session-events';
import { Session } from '../session/session';
import { requireStore } from '../session/session-state';
import type { EngineArgument, EngineMethods, EngineReply, EngineView, FolderToOpen } from './protocol';
import {
  type DataInUse,
  describeData,
  loadData,
  loadDataOf,
  loadDataOfWaitingRun,
  withClassNames,
  withImages,
} from './data-in-use';
import { Problems } from './problems';
import { SessionRequests } from './session-requests';
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

export class Engine extends SessionRequests implements EngineMethods {
  #opened: Opened | null = null;
  readonly #pinned: PinnedDrawing;
  readonly #otherFolders = new OtherFolders();

  constructor(private readonly emit: Emit) {
    super();
    this.#pinned = new PinnedDrawing(emit);
  }

  async open({
    folder,
    dataSource,
    deviceChoice: wanted,
    interrupted,
    pinned,
  }: EngineArgument<'open'>): Promise<EngineView> {
    const problems = new Problems();
    if (pinned !== null) this.pinDrawing(pinned);
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
    return this.#use(await loadData(dataSource, this.#require().bundled));
  }

  /** @throws UserError `other-data` if the source does not contain the run's data */
  async useDataOfWaitingRun(wanted: EngineArgument<'useDataOfWaitingRun'>): Promise<EngineView> {
    return this.#use(await loadDataOfWaitingRun(wanted, this.#require().bundled));
  }

  async #use(inUse: DataInUse): Promise<EngineView> {
    const { session: old, device, bundled, ...others } = this.#require();
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

  getTestImages(indices: EngineArgument<'getTestImages'>): GreyImage[] {
    return testImages(this.#require().inUse.data.test, indices);
  }

  addRunsOf(path: string): Promise<EngineReply<'addRunsOf'>> {
    return this.#otherFolders.add(path);
  }

  pinDrawing(image: EngineArgument<'pinDrawing'>): undefined {
    this.#pinned.pin(image === null ? null : fromGreyImage(image));
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
    return new Session(device, data, bundled, emit, this.#pinned, this.#otherFolders);
  }

  async #useFolder({ path, run, snapshotRoom }: FolderToOpen): Promise<void> {
    await this.#require().session.useFolder(await openStore(path, snapshotRoom), run);
  }

  protected get session(): Session {
    return this.#require().session;
  }

  #require(): Opened {
    if (!this.#opened) throw new UserError('not-now', 'The engine is still starting. Try again in a moment.');
    return this.#opened;
  }
}
