/** Stores labelled drawings, one small file each, in a folder of the person's profile. */
import { writeFile } from 'atomically';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { KeptDrawing } from '@contract/schemas';
import { SerialQueue } from '../base/async';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { readRegularFile } from '../base/regular-file';

const FORMAT = 'digit-studio-drawing';
const DrawingFile = z.strictObject({ format: z.literal(FORMAT), version: z.literal(1), ...KeptDrawing.shape });

/** A drawing of a thousand long strokes is smaller. */
const MAX_FILE_BYTES = 16_000_000;
/** Files read at the same time. */
const AT_ONCE = 16;
/** More than a person draws in a year. All are in memory while they are read. */
const MAX_DRAWINGS = 5000;
/** The total size of all files; an ordinary drawing has less than ten thousand bytes. */
const MAX_BYTES = 50_000_000;

interface Contents {
  drawings: KeptDrawing[];
  /** Messages about damaged files, which are skipped and left unchanged. */
  damaged: string[];
}

/** Runs one operation after the other, so that concurrent requests cannot exceed the limits on size and memory. */
export class DrawingsFolder {
  readonly #queue = new SerialQueue();

  /** @param path created when the first drawing is saved */
  constructor(readonly path: string) {}

  /**
   * Writes the drawing atomically; one with the same id is replaced.
   * @throws UserError `drawings-full`, `file-not-written`
   */
  keep(drawing: KeptDrawing): Promise<void> {
    return this.#queue.add(() => this.#keep(drawing));
  }

  /** Resolves when everything requested so far is on disk or has failed. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #keep(drawing: KeptDrawing): Promise<void> {
    const content: z.infer<typeof DrawingFile> = { format: FORMAT, version: 1, ...drawing };
    const file = this.#fileOf(drawing.id);
    const text = JSON.stringify(content);
    try {
      await this.make();
      await this.#requireRoom(file, text.length);
      await requireNoLink(file);
      await writeFile(file, text);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        'file-not-written',
        `The drawing could not be saved in ${this.path}: ${reasonOf(error)}. Fix this, then save it again.`,
        { cause: error },
      );
    }
  }

  /**
   * Changes the label of a drawing.
   * @throws UserError `drawing-unreadable` if it is gone or damaged, and as `keep` does
   */
  relabel(id: string, label: number): Promise<void> {
    return this.#queue.add(async () => {
      const drawing = await readDrawing(this.#fileOf(id)).catch((error: unknown) => {
        throw new UserError('drawing-unreadable', `The digit was not changed: ${(error as Error).message}`);
      });
      if (drawing === null) {
        throw new UserError('drawing-unreadable', `The digit was not changed: ${id}.json was removed.`);
      }
      await this.#keep({ ...drawing, label });
    });
  }

  /** Removes a drawing if it exists. @throws UserError `file-not-removed` */
  forget(id: string): Promise<void> {
    return this.#queue.add(() => this.#forget(id));
  }

  async #forget(id: string): Promise<void> {
    const file = this.#fileOf(id);
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw new UserError(
        'file-not-removed',
        `${file} could not be removed: ${reasonOf(error)}. Check the folder's permissions, then try again.`,
        { cause: error },
      );
    }
  }

  /**
   * Reads all drawings, in the order of their ids.
   * @throws UserError `folder-unusable` if the folder cannot be read
   */
  read(): Promise<Contents> {
    return this.#queue.add(() => this.#read());
  }

  async #read(): Promise<Contents> {
    const names = await this.#names();
    const drawings: KeptDrawing[] = [];
    const damaged: string[] = [];
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const some = names.slice(i, i + AT_ONCE);
      for (const result of await Promise.allSettled(some.map((name) => readDrawing(join(this.path, name))))) {
        if (result.status === 'rejected') damaged.push((result.reason as Error).message);
        else if (result.value) drawings.push(result.value);
      }
    }
    return { drawings, damaged };
  }

  /** Creates the folder unless it exists. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  /** @throws UserError `drawings-full` if a file of this size would exceed a limit */
  async #requireRoom(file: string, bytes: number): Promise<void> {
    const names = (await this.#names()).filter((name) => name !== basename(file));
    const sizes = await Promise.all(
      names.map((name) =>
        lstat(join(this.path, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    const taken = sizes.reduce((sum, size) => sum + size, 0);
    if (names.length < MAX_DRAWINGS && taken + bytes <= MAX_BYTES) return;
    throw new UserError(
      'drawings-full',
      `The drawing was not saved, because ${this.path} is full with ${names.length.toLocaleString('en')} drawings. Move some of them elsewhere, then save it again.`,
    );
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.path)).filter((name) => name.endsWith('.json')).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new UserError(
        'folder-unusable',
        `The folder of your drawings, ${this.path}, cannot be read: ${reasonOf(error)}. Check its permissions.`,
        { cause: error },
      );
    }
  }

  #fileOf(id: string): string {
    return join(this.path, `${id}.json`);
  }
}

/** Refuses links, which would write the file elsewhere. @throws Error */
async function requireNoLink(file: string): Promise<void> {
  const status = await lstat(file).catch(() => null);
  if (status && !status.isFile()) throw new Error(`${basename(file)} exists and is not a regular file`);
}

/** @returns null if the file was removed since it was listed @throws Error naming the file and what is wrong */
async function readDrawing(file: string): Promise<KeptDrawing | null> {
  const name = basename(file);
  const damaged = (what: string) => new Error(`${name} was skipped: ${what}.`);
  const bytes = await readRegularFile(file, MAX_FILE_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw damaged(reasonOf(error));
  });
  if (bytes === null) return null;
  const parsed = DrawingFile.safeParse(parse(bytes.toString()));
  if (!parsed.success) throw damaged(wordsFor(parsed.error));
  const { id, label, pixels, strokes } = parsed.data;
  if (`${id}.json` !== name) throw damaged('its name does not match the drawing in it');
  return { id, label, pixels, strokes };
}

function wordsFor({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.');
  return `it is damaged (${path ? `${path}: ` : ''}${issue?.message})`;
}

/** @returns undefined, which no schema accepts, if the text is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
