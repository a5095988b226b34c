import { randomUUID } from 'node:crypto';
import type { Problem, Queue, RunOrigin } from '@contract/contract';
import { type TrialPart, maxWaiting } from '@contract/queue';
import type { RunConfig } from '@contract/schemas';
import { UserError, noFolderError, problemFrom } from '../base/errors';
import { type QueueEntry, QueueFolder } from '../checkpoints/queue-folder';
import type { MnistDataset } from '../data/mnist';
import type { Beginning } from './run-factory';

/** A run to add to the queue. */
export interface NewEntry {
  config: RunConfig;
  name?: string;
  trial?: TrialPart;
  /** The initial weights, and their origin for `run.json`; null if they are drawn from the seed. */
  from?: { beginning: Beginning; origin: RunOrigin } | null;
}

/** The runs that wait to be trained. They are stored in the checkpoint folder, so they survive a restart. */
export class RunQueue {
  #folder: QueueFolder | null = null;
  #entries: QueueEntry[] = [];
  #problem: Problem | null = null;
  /** Why runs could not be started, by id. */
  readonly #refusals = new Map<string, string>();

  constructor(private readonly data: Pick<MnistDataset, 'name' | 'sha256' | 'remedy'>) {}

  get size(): number {
    return this.#entries.length;
  }

  /** The queue as the window shows it. */
  get view(): Queue {
    const waiting = this.#entries.map(({ id, name, config, data, trial, weights }) => ({
      id,
      name,
      config,
      origin: weights?.origin ?? null,
      dataset: data.name,
      missingData: this.#isLoaded(data) ? null : { sha256: data.sha256, remedy: data.remedy ?? null },
      trial,
      problem: this.#refusals.get(id) ?? this.#dataRefusal(data),
    }));
    return { waiting, problem: this.#problem };
  }

  /** Switches to the waiting runs of another checkpoint folder. */
  async open(folder: string): Promise<void> {
    this.#folder = new QueueFolder(folder);
    this.#refusals.clear();
    this.#problem = null;
    this.#entries = [];
    try {
      this.#entries = await this.#folder.read();
    } catch (error) {
      this.#problem = problemFrom(error);
    }
  }

  /** Appends runs, all or none. @throws UserError `queue-full`, `queue-not-written` */
  add(runs: NewEntry[]): void {
    const folder = this.#requireFolder();
    if (this.#entries.length + runs.length > maxWaiting) {
      throw new UserError('queue-full', `At most ${maxWaiting} runs can wait. Remove some first.`);
    }
    const { name, sha256, remedy } = this.data;
    const added = runs.map(({ config, name: runName = '', trial = null, from = null }): QueueEntry => {
      const id = randomUUID();
      const hasMomentum = from?.beginning.momentum != null;
      const weights = from && { source: from.beginning.origin, origin: from.origin, hasMomentum };
      if (from) {
        const { weights: values, momentum } = from.beginning;
        folder.keepWeights(id, { weights: values, momentumBuffers: momentum?.buffers ?? null });
      }
      return { id, config, data: { name, sha256, ...(remedy && { remedy }) }, name: runName, trial, weights };
    });
    this.#write([...this.#entries, ...added]);
  }

  /** Removes runs; unknown ids are ignored. @throws UserError `queue-not-written` */
  remove(ids: readonly string[]): void {
    const left = this.#entries.filter(({ id }) => !ids.includes(id));
    if (left.length === this.#entries.length) return;
    this.#write(left);
    for (const id of ids) this.#folder?.removeWeights(id);
  }

  /** The first run that can be trained on the loaded data and has not failed to start, or null. */
  get next(): QueueEntry | null {
    return this.#entries.find(({ id, data }) => !this.#refusals.has(id) && this.#dataRefusal(data) === null) ?? null;
  }

  /** @returns the run's initial weights; null if drawn from the seed @throws UserError if they cannot be read */
  async beginningOf(entry: QueueEntry): Promise<Beginning | null> {
    const read = await this.#requireFolder().readWeights(entry);
    if (read === null) return null;
    const momentum = read.momentumBuffers && { buffers: read.momentumBuffers };
    return { weights: read.weights, momentum, origin: entry.weights!.source };
  }

  /** Records that the run could not be started: it keeps waiting while later ones are started. @param reason in words */
  refuse({ id }: QueueEntry, reason: string): void {
    this.#refusals.set(id, reason);
  }

  /** Lets runs that could not be started be tried again. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  #isLoaded({ sha256 }: QueueEntry['data']): boolean {
    return sha256 === this.data.sha256;
  }

  #dataRefusal(data: QueueEntry['data']): string | null {
    return this.#isLoaded(data) ? null : `It waits until ${data.name} is loaded.`;
  }

  #write(entries: QueueEntry[]): void {
    this.#requireFolder().write(entries);
    this.#entries = entries;
    this.#problem = null;
  }

  #requireFolder(): QueueFolder {
    if (!this.#folder) throw noFolderError();
    return this.#folder;
  }
}
