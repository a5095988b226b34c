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
const DrawingFile = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  ...KeptDrawing.shape,
  /** Absent in drawings of versions before lessons, see `isHeldOut`. */
  heldOut: z.boolean().optional(),
});

/** A drawing on disk. */
export interface StoredDrawing extends KeptDrawing {
  /** Whether it is only tested on. Decided when it is first saved, and never changed: then no network that was taught has seen it. */
  heldOut: boolean;
}

/** A drawing of a thousand long strokes is smaller. */
const MAX_FILE_BYTES = 16_000_000;
/** Files read at the same time. */
const AT_ONCE = 16;
/** More than a person draws in a year. All are in memory while they are read. */
export const MAX_DRAWINGS = 5000;
/** The total size of all files; an ordinary drawing has less than ten thousand bytes. */
export const MAX_BYTES = 50_000_000;

interface Contents {
  drawings: StoredDrawing[];
  /** Messages about damaged files, which are skipped and left unchanged. */
  damaged: string[];
}

/** Runs one operation after the other, so that concurrent requests cannot exceed the limits on size and memory. */
export class DrawingsFolder {
  readonly #queue = new SerialQueue();
  /** What is known of each file, by its name, so that saving a drawing reads only new ones; null if it is damaged. */
  readonly #known = new Map<string, Pick<StoredDrawing, 'label' | 'heldOut'> | null>();

  /** @param path created when the first drawing is saved */
  constructor(readonly path: string) {}

  /**
   * Writes the drawing atomically; one with the same id is replaced. Every third drawing of a digit is held out.
   * @throws UserError `drawings-full`, `file-not-written`
   */
  keep(drawing: KeptDrawing): Promise<StoredDrawing> {
    return this.#queue.add(async () => {
      const stored = { ...drawing, heldOut: await this.#shouldHoldOut(drawing) };
      await this.#keep(stored);
      return stored;
    });
  }

  /**
   * Adds drawings that are not there yet, by their ids, as they are: held out or not.
   * @returns how many were added
   * @throws UserError as `keep` does; the drawings before stay
   */
  add(drawings: StoredDrawing[]): Promise<number> {
    return this.#queue.add(async () => {
      await this.make();
      const names = new Set(await this.#names());
      const absent = drawings.filter(({ id }) => !names.has(`${id}.json`));
      // Of several with the same id, one.
      const added = new Map(absent.map((drawing) => [drawing.id, drawing]));
      for (const drawing of added.values()) await this.#keep(drawing);
      return added.size;
    });
  }

  /** Removes all drawings; files that are none, or are damaged, stay. @throws UserError `file-not-removed` */
  forgetAll(): Promise<void> {
    return this.#queue.add(async () => {
      for (const { id } of (await this.#read()).drawings) await this.#forget(id);
    });
  }

  /** Resolves when everything requested so far is on disk or has failed. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async #shouldHoldOut({ id, label }: KeptDrawing): Promise<boolean> {
    // A folder that cannot be read is reported when the drawing is written.
    await this.#lookAtNewFiles().catch(() => undefined);
    const known = this.#known.get(`${id}.json`);
    const others = [...this.#known.values()].filter((other) => other !== null);
    return known?.heldOut ?? isNextHeldOut(others, label);
  }

  /** Reads files that appeared since the last time, and forgets those that are gone. */
  async #lookAtNewFiles(): Promise<void> {
    const names = await this.#names();
    const there = new Set(names);
    for (const name of this.#known.keys()) if (!there.has(name)) this.#known.delete(name);
    const unknown = names.filter((name) => !this.#known.has(name));
    for (let i = 0; i < unknown.length; i += AT_ONCE) {
      await Promise.all(
        unknown.slice(i, i + AT_ONCE).map(async (name) => {
          const drawing = await readDrawing(join(this.path, name)).catch(() => null);
          this.#known.set(name, drawing && { label: drawing.label, heldOut: drawing.heldOut });
        }),
      );
    }
  }

  async #keep(drawing: StoredDrawing): Promise<void> {
    const content: z.infer<typeof DrawingFile> = { format: FORMAT, version: 1, ...drawing };
    const file = this.#fileOf(drawing.id);
    const text = JSON.stringify(content);
    try {
      await this.make();
      await this.#requireRoom(file, text.length);
      await requireNoLink(file);
      await writeFile(file, text);
      this.#known.set(basename(file), { label: drawing.label, heldOut: drawing.heldOut });
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
    const drawings: StoredDrawing[] = [];
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
      `The drawing was not saved, because ${this.path} is full: it holds at most ${MAX_DRAWINGS.toLocaleString('en')} drawings and ${MAX_BYTES / 1_000_000} MB. Move some of them elsewhere, then save it again.`,
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
async function readDrawing(file: string): Promise<StoredDrawing | null> {
  const name = basename(file);
  const damaged = (what: string) => new Error(`${name} was skipped: ${what}.`);
  const bytes = await readRegularFile(file, MAX_FILE_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw damaged(reasonOf(error));
  });
  if (bytes === null) return null;
  const parsed = DrawingFile.safeParse(parse(bytes.toString()));
  if (!parsed.success) throw damaged(wordsFor(parsed.error));
  const { id, label, pixels, strokes, heldOut = isHeldOut(id) } = parsed.data;
  if (`${id}.json` !== name) throw damaged('its name does not match the drawing in it');
  return { id, label, pixels, strokes, heldOut };
}

/** Whether the next drawing of a digit is to be held out, so that a third of them are. */
export function isNextHeldOut(drawings: Pick<StoredDrawing, 'label' | 'heldOut'>[], label: number): boolean {
  const sameDigit = drawings.filter((drawing) => drawing.label === label);
  const heldOut = sameDigit.filter((drawing) => drawing.heldOut).length;
  return 3 * (heldOut + 1) <= sameDigit.length + 1;
}

/** Whether a drawing of an earlier version is held out, as a third of them are: a function of its id, which is random. */
function isHeldOut(id: string): boolean {
  return parseInt(id.slice(0, 8), 16) % 3 === 0;
}

/** Says where the damage is, in a file that is a drawing at all. */
function wordsFor({ issues: [issue] }: z.ZodError): string {
  return issue === undefined || issue.path.length === 0
    ? 'it is damaged'
    : `it is damaged (${issue.path.join('.')}: ${issue.message})`;
}

/** @returns undefined, which no schema accepts, if the text is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
