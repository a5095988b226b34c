import { randomUUID } from 'node:crypto';
import type { Device, Problem } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import packageJson from '../../package.json' with { type: 'json' };
import type { RunLock } from '../checkpoints/lock';
import { checkpointName } from '../checkpoints/checkpoint-entry';
import { CheckpointWriter } from '../checkpoints/checkpoint-writer';
import { LESSON_FILE } from '../checkpoints/lesson-file';
import type { Snapshot } from '../checkpoints/snapshots-file';
import type { Origin, StateFile } from '../checkpoints/state-file';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { OtherDataError, UserError } from '../base/errors';
import type { Weights } from '../network/parameters';
import { OpenRun, type Provenance, type RunIdentity } from './open-run';
import { makeLesson } from '../training/lesson';
import { Trainer, type TrainerState, historyUpTo, initialState } from '../training/trainer';

/** The initial weights of a run, if they are not drawn from its seed. */
export interface Beginning {
  weights: Weights;
  momentum: { buffers: Weights } | null;
  origin: Origin;
}

/** Creates new runs and opens those in checkpoints. */
export class RunFactory {
  /** The lesson that was made last: opening a run again need not make it again. */
  #lesson: MnistDataset | null = null;

  /** @param onWritten called after each checkpoint of an open run */
  constructor(
    private readonly device: Device,
    private readonly data: MnistDataset,
    private readonly onWritten: () => void,
  ) {}

  /**
   * @param from the initial weights, and momentum buffers if any; null draws the weights from the seed
   * @param data a lesson, or the loaded data
   */
  begin(
    store: CheckpointStore,
    name: string,
    lock: RunLock,
    config: RunConfig,
    from: Beginning | null,
    data = this.data,
  ): OpenRun {
    const identity = { name, id: randomUUID(), origin: from?.origin ?? null, lock };
    const state = initialState(config.seed, from?.weights, from?.momentum?.buffers);
    return this.#open(store, identity, data, config, state, 0, null);
  }

  /**
   * @param lock null if nothing will be written to the run
   * @throws UserError `other-data`; for a lesson, `lesson-unreadable`
   */
  async open(store: CheckpointStore, name: string, lock: RunLock | null, checkpoint: SavedRun): Promise<OpenRun> {
    const data = await this.#dataOf(store, name, checkpoint.state);
    const { step, config, runId: id, origin = null, secondsTraining, device } = checkpoint.state;
    const { weights, momentumBuffers, history } = checkpoint;
    const identity = { name, id, origin, lock };
    const state = { step, history, weights, momentumBuffers };
    const run = this.#open(store, identity, data, config, state, secondsTraining, step > 0 ? device : null);
    run.markSaved();
    if (checkpoint.historyProblem !== null) run.problem = damage([checkpoint.historyProblem]);
    return run;
  }

  /** Creates the writer for a run in a checkpoint folder. */
  writerFor(store: CheckpointStore): CheckpointWriter {
    return new CheckpointWriter(store, this.onWritten);
  }

  /**
   * Opens a run at its newest intact checkpoint. Its problem names damaged ones that were skipped.
   * @param lock null if the run is only shown
   * @throws UserError `run-missing`, `run-unreadable`, `other-data`
   */
  async openNewest(store: CheckpointStore, name: string, lock: RunLock | null = null): Promise<OpenRun> {
    if (lock === null) await recoverIfFree(store, name);
    const { checkpoint, passedOver } = await store.readNewest(name);
    const run = await this.open(store, name, lock, checkpoint);
    if (passedOver.length > 0) {
      const used = `The newest intact checkpoint, at step ${checkpoint.state.step.toLocaleString('en')}, is used instead.`;
      run.problem = damage([...passedOver, used, checkpoint.historyProblem]);
    }
    return run;
  }

  /**
   * Opens a run at one of its checkpoints. Nothing is written to the run.
   * @throws UserError saying what is wrong with the checkpoint, `other-data`
   */
  async openCheckpoint(store: CheckpointStore, name: string, checkpointName: string): Promise<OpenRun> {
    const checkpoint = await store.read(name, checkpointName);
    const run = await this.open(store, name, null, checkpoint);
    run.olderCheckpoint = checkpointName;
    return run;
  }

  /**
   * Opens an open run at an earlier step, as at an older checkpoint.
   * @param learned what it had learned after that step
   */
  openStep(store: CheckpointStore, run: OpenRun, { step, weights, momentumBuffers }: Snapshot): OpenRun {
    const { identity, trainer, secondsTraining, trainedOn } = run;
    const history = historyUpTo(trainer.history, trainer.examplesAt(step));
    const state = { step, weights, momentumBuffers, history };
    const share = trainer.step === 0 ? 0 : step / trainer.step;
    const earlier = { ...identity, lock: null };
    const { data, config } = trainer;
    const opened = this.#open(store, earlier, data, config, state, secondsTraining * share, trainedOn);
    opened.olderCheckpoint = checkpointName(step);
    return opened;
  }

  #open(
    store: CheckpointStore,
    identity: RunIdentity,
    data: MnistDataset,
    config: RunConfig,
    state: TrainerState,
    secondsTraining: number,
    trainedOn: string | null,
  ): OpenRun {
    const trainer = new Trainer(data, config, state);
    const provenance = this.#provenanceOf(data);
    return new OpenRun(identity, trainer, this.writerFor(store), provenance, secondsTraining, trainedOn);
  }

  #provenanceOf({ name, sha256, train, test, remedy, lesson }: MnistDataset): Provenance {
    const added = lesson && { base: lesson.base, drawings: lesson.drawings.count, heldOut: lesson.heldOut.count };
    return {
      dataset: {
        ...{ name, sha256, trainCount: train.count, testCount: test.count },
        ...(remedy && { remedy }),
        ...(added && { lesson: added }),
      },
      application: `Digit Studio ${packageJson.version}`,
      device: this.device.description,
    };
  }

  /** The data of a run: those that are loaded, or a lesson made of them. */
  async #dataOf(store: CheckpointStore, run: string, { dataset, config }: StateFile): Promise<MnistDataset> {
    this.#requireSameData(run, dataset);
    if (!dataset.lesson) return this.data;
    if (this.#lesson?.sha256 === dataset.sha256) return this.#lesson;
    const lesson = await makeLesson(this.data, await store.readLesson(run), config.seed);
    if (lesson.sha256 !== dataset.sha256) {
      throw new UserError(
        'lesson-unreadable',
        `The drawings in ${store.folder}/${run} are not those that ${run} learned from. Bring back its file ${LESSON_FILE}, or start a new run from one of its checkpoints.`,
      );
    }
    this.#lesson = lesson;
    return lesson;
  }

  #requireSameData(run: string, dataset: StateFile['dataset']): void {
    const { name, sha256 } = dataset.lesson?.base ?? dataset;
    const { remedy = null } = dataset;
    if (sha256 === this.data.sha256) return;
    const loaded = name === this.data.name ? 'different data with the same name is' : `${this.data.name} is`;
    throw new OtherDataError(`${run} was trained on ${name}, but ${loaded} loaded.`, {
      run,
      dataset: name,
      sha256,
      remedy,
    });
  }
}

/**
 * Cleans up a run after an interrupted process if possible: not while another process trains it, and not in a read-only
 * folder. Such a run can be shown nevertheless.
 */
async function recoverIfFree(store: CheckpointStore, name: string): Promise<void> {
  let lock: RunLock | null = null;
  try {
    lock = store.hold(name);
    await store.recover(name);
  } catch (error) {
    if (!(error instanceof UserError && ['run-held', 'folder-unusable'].includes(error.code))) throw error;
  } finally {
    lock?.release();
  }
}

function damage(words: (string | null)[]): Problem {
  return { code: 'checkpoint-damaged', message: words.filter((sentence) => sentence !== null).join(' ') };
}
