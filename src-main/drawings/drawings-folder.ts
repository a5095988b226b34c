/** The drawings that a person said the digit of: one small file for each, in a folder of their profile. */
import { writeFile } from 'atomically';
import { lstat, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { KeptDrawing } from '@contract/schemas';
import { UserError, reasonOf } from '../errors';

const FORMAT = 'digit-studio-drawing';
const DrawingFile = z.strictObject({ format: z.literal(FORMAT), version: z.literal(1), ...KeptDrawing.shape });

/** A drawing of a thousand long strokes has less. */
const LARGEST_FILE = 16_000_000;
/** Files read at the same time. */
const AT_ONCE = 16;

export class DrawingsFolder {
  /** @param place made when the first drawing is kept */
  constructor(readonly place: string) {}

  /** Writes the drawing whole or not at all; one of the same id is replaced. @throws UserError `file-not-written` */
  async keep(drawing: KeptDrawing): Promise<void> {
    const content: z.infer<typeof DrawingFile> = { format: FORMAT, version: 1, ...drawing };
    try {
      await this.make();
      await writeFile(this.#fileOf(drawing.id), JSON.stringify(content));
    } catch (error) {
      throw new UserError(
        'file-not-written',
        `The drawing could not be kept in ${this.place}: ${reasonOf(error)}. Mend that, then say again what it was.`,
        { cause: error },
      );
    }
  }

  /** Removes a drawing if it is there. @throws UserError `file-not-removed` */
  async forget(id: string): Promise<void> {
    const file = this.#fileOf(id);
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw new UserError('file-not-removed', `${file} could not be removed: ${reasonOf(error)}.`, { cause: error });
    }
  }

  /**
   * Reads all drawings, in the order of their ids.
   * @returns what is wrong with which file in `damaged`; such files are left out and stay as they are
   * @throws UserError `folder-unusable` when the folder cannot be read
   */
  async read(): Promise<{ drawings: KeptDrawing[]; damaged: string[] }> {
    const names = (await this.#names()).filter((name) => name.endsWith('.json')).sort();
    const drawings: KeptDrawing[] = [];
    const damaged: string[] = [];
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const some = names.slice(i, i + AT_ONCE);
      for (const result of await Promise.allSettled(some.map((name) => readDrawing(join(this.place, name))))) {
        if (result.status === 'fulfilled') drawings.push(result.value);
        else damaged.push((result.reason as Error).message);
      }
    }
    return { drawings, damaged };
  }

  /** Makes the folder, unless it is there. */
  async make(): Promise<void> {
    await mkdir(this.place, { recursive: true });
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new UserError(
        'folder-unusable',
        `The folder of your drawings, ${this.place}, cannot be read: ${reasonOf(error)}.`,
        { cause: error },
      );
    }
  }

  #fileOf(id: string): string {
    return join(this.place, `${id}.json`);
  }
}

/** @throws Error naming the file and what is wrong with it */
async function readDrawing(file: string): Promise<KeptDrawing> {
  const name = basename(file);
  const damaged = (what: string) => new Error(`${name} is left out: ${what}.`);
  const status = await lstat(file);
  if (!status.isFile()) throw damaged('it is not a regular file');
  if (status.size > LARGEST_FILE) throw damaged(`it has ${status.size} bytes, far more than a drawing`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw damaged(reasonOf(error));
  });
  const parsed = DrawingFile.safeParse(parse(text));
  if (!parsed.success) throw damaged(wordsFor(parsed.error));
  const { id, label, pixels, strokes } = parsed.data;
  if (`${id}.json` !== name) throw damaged('its name is not that of the drawing in it');
  return { id, label, pixels, strokes };
}

function wordsFor({ issues: [issue] }: z.ZodError): string {
  const place = issue?.path.join('.');
  return `it is not as it was saved (${place ? `${place}: ` : ''}${issue?.message})`;
}

/** @returns undefined, which no schema takes, for what is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
