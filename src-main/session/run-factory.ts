import { randomUUID } from 'node:crypto';
import type { Device } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import packageJson from '../../package.json' with { type: 'json' };
import type { RunLock } from '../checkpoints/lock';
import { CheckpointWriter } from '../checkpoints/checkpoint-writer';
import type { StateFile } from '../checkpoints/state-file';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { OtherDataError } from '../base/errors';
import type { WeightsFile } from '../exchange/weights-file';
import { OpenRun, type Provenance, type RunIdentity } from './open-run';
import { Trainer, type TrainerState, initialState } from '../training/trainer';

/** Makes open runs: new ones, and those that a checkpoint holds. */
export class RunFactory {
  /** @param onWritten called after each checkpoint of a run that is open */
  constructor(
    private readonly device: Device,
    private readonly data: MnistDataset,
    private readonly onWritten: () => void,
  ) {}

  /** @param from the weights, and momentum if it has any, that the run begins from; null for weights of its seed */
  begin(store: CheckpointStore, name: string, lock: RunLock, config: RunConfig, from: WeightsFile | null): OpenRun {
    const identity = { name, id: randomUUID(), origin: from?.origin ?? null, lock };
    const state = initialState(config.seed, from?.weights, from?.momentum?.buffers);
    return this.#open(store, identity, config, state, 0);
  }

  /** @param lock null where nothing is to be written to the run */
  open(store: CheckpointStore, name: string, lock: RunLock | null, checkpoint: SavedRun): OpenRun {
    const { step, config, runId: id, origin = null, secondsTraining } = checkpoint.state;
    const { weights, momentumBuffers, history } = checkpoint;
    const identity = { name, id, origin, lock };
    const run = this.#open(store, identity, config, { step, history, weights, momentumBuffers }, secondsTraining);
    run.markSaved();
    return run;
  }

  /** Writes a run to a checkpoint folder. */
  writerFor(store: CheckpointStore): CheckpointWriter {
    return new CheckpointWriter(store, this.onWritten);
  }

  /**
   * Reads a run's newest intact checkpoint, see `CheckpointStore.readNewest`. The run must be held.
   * @throws UserError `other-data` as well
   */
  async readNewest(store: CheckpointStore, name: string) {
    await store.recover(name);
    const read = await store.readNewest(name);
    this.#requireSameData(read.checkpoint.state);
    return read;
  }

  /** Reads one checkpoint of a run. @throws UserError saying what is wrong with it, `other-data` */
  async read(store: CheckpointStore, run: string, name: string): Promise<SavedRun> {
    const checkpoint = await store.read(run, name);
    this.#requireSameData(checkpoint.state);
    return checkpoint;
  }

  #open(
    store: CheckpointStore,
    identity: RunIdentity,
    config: RunConfig,
    state: TrainerState,
    secondsTraining: number,
  ): OpenRun {
    const trainer = new Trainer(this.data, config, state);
    return new OpenRun(identity, trainer, this.writerFor(store), this.#provenance, secondsTraining);
  }

  get #provenance(): Provenance {
    const { name, sha256, train, test, remedy } = this.data;
    return {
      dataset: { name, sha256, trainCount: train.count, testCount: test.count, ...(remedy && { remedy }) },
      application: `Digit Studio ${packageJson.version}`,
      device: this.device.description,
    };
  }

  #requireSameData({ run, dataset }: StateFile): void {
    const { name, sha256, remedy = null } = dataset;
    if (sha256 === this.data.sha256) return;
    const loaded = name === this.data.name ? 'other data of this name are' : `${this.data.name} is`;
    throw new OtherDataError(`${run} was trained on ${name}, but ${loaded} loaded.`, {
      run,
      dataset: name,
      sha256,
      remedy,
    });
  }
}
