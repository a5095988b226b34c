/**
 * The hidden folder in which a checkpoint folder keeps the runs that wait to be trained. It exists only while runs wait.
 * A run's initial weights are copied into it, since their checkpoint may be gone when it is the run's turn.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TrialPart, maxWaiting } from '@contract/queue';
import { ImageRemedy, RunConfig, RunDetails } from '@contract/schemas';
import { UserError, isMissing, reasonOf, remedyFor } from '../base/errors';
import { readRegularFile } from '../base/regular-file';
import type { Weights } from '../network/parameters';
import { RunOriginRecord } from './run-file';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import { Origin } from './state-file';

export const QUEUE_FOLDER = '.digit-studio-queue';
const FILE = 'queue.json';
const MAX_BYTES = 500_000;
/** The network's weights take 90 kB. */
const MAX_WEIGHTS_BYTES = 200_000;

const QueueEntry = z.strictObject({
  id: z.uuid(),
  config: RunConfig,
  /** The training data. */
  data: z.strictObject({
    name: z.string().max(1000),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** How its images are changed after they are read; absent if they are not. */
    remedy: ImageRemedy.optional(),
  }),
  /** The name it will have; empty for the name of its folder. */
  name: RunDetails.shape.name,
  trial: TrialPart.nullable(),
  /** The initial weights, stored beside this file; null if they are drawn from the seed. */
  weights: z.strictObject({ source: Origin, origin: RunOriginRecord, hasMomentum: z.boolean() }).nullable(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

const QueueFile = z.strictObject({
  format: z.literal('digit-studio-queue'),
  version: z.literal(1),
  waiting: z.array(QueueEntry).max(maxWaiting),
});

/** The weights that a run starts from, if not drawn from its seed. */
export interface QueuedWeights {
  weights: Weights;
  momentumBuffers: Weights | null;
}

export class QueueFolder {
  readonly #path: string;

  /** @param folder the checkpoint folder */
  constructor(folder: string) {
    this.#path = join(folder, QUEUE_FOLDER);
  }

  /** @returns the waiting runs, the next one first @throws UserError `queue-damaged` after moving the file aside */
  async read(): Promise<QueueEntry[]> {
    const path = join(this.#path, FILE);
    try {
      return QueueFile.parse(JSON.parse((await readRegularFile(path, MAX_BYTES)).toString())).waiting;
    } catch (error) {
      if (isMissing(error)) return [];
      const reason = error instanceof z.ZodError || error instanceof SyntaxError ? 'it is damaged' : reasonOf(error);
      const aside = `${path}.damaged`;
      try {
        renameSync(path, aside);
      } catch {
        // The file then stays until the next change replaces it.
      }
      throw new UserError(
        'queue-damaged',
        `The waiting runs in ${path} cannot be read: ${reason}. Add them again; the file is kept as ${aside}.`,
        { cause: error },
      );
    }
  }

  /** Writes the file atomically, or removes it if no run waits. @throws UserError `queue-not-written` */
  write(waiting: QueueEntry[]): void {
    const path = join(this.#path, FILE);
    const temporary = join(this.#path, `.tmp-${randomUUID()}`);
    this.#change(() => {
      if (waiting.length === 0) {
        rmSync(this.#path, { recursive: true, force: true });
        return;
      }
      this.#make();
      const content = { format: 'digit-studio-queue', version: 1, waiting } satisfies z.input<typeof QueueFile>;
      writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
      renameSync(temporary, path);
    });
  }

  /** Stores a run's initial weights. @throws UserError `queue-not-written` */
  keepWeights(id: string, { weights, momentumBuffers }: QueuedWeights): void {
    this.#change(() => {
      this.#make();
      writeFileSync(this.#weightsPath(id), encodeSafetensors(weights));
      if (momentumBuffers) writeFileSync(this.#momentumPath(id), encodeSafetensors(momentumBuffers));
    });
  }

  /** @throws UserError `weights-invalid`; an Error of the file system */
  async readWeights({ id, weights }: QueueEntry): Promise<QueuedWeights | null> {
    if (weights === null) return null;
    const read = async (path: string) => decodeSafetensors(await readRegularFile(path, MAX_WEIGHTS_BYTES), path);
    return {
      weights: await read(this.#weightsPath(id)),
      momentumBuffers: weights.hasMomentum ? await read(this.#momentumPath(id)) : null,
    };
  }

  removeWeights(id: string): void {
    for (const path of [this.#weightsPath(id), this.#momentumPath(id)]) rmSync(path, { force: true });
  }

  #make(): void {
    // Not recursive: a checkpoint folder that disappeared must not be recreated, empty, elsewhere.
    try {
      mkdirSync(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }

  #change(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new UserError(
        'queue-not-written',
        `The waiting runs could not be saved in ${this.#path}: ${reasonOf(error)}. ${remedyFor(error)}, or choose another folder.`,
        { cause: error },
      );
    }
  }

  #weightsPath(id: string): string {
    return join(this.#path, `${id}.safetensors`);
  }

  #momentumPath(id: string): string {
    return join(this.#path, `${id}.momentum.safetensors`);
  }
}
