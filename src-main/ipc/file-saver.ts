/** Saves files where a person chooses, and shows the last one in the file manager. The window never names a path. */
import type { SaveDialogOptions } from 'electron';
import { access } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Reply, SavedFile } from '@contract/contract';
import { ok, refusal } from '../base/reply';

export interface FileFormat {
  /** The name shown in a file dialog. */
  name: string;
  /** Without the dot. */
  extension: string;
}

/** The system functions that saving needs. */
export interface SaveSystem {
  /** The initial folder of the dialog. */
  folder: () => string;
  /** See `pickNewFile` in `files.ts`. */
  pickNewFile: (options: SaveDialogOptions) => Promise<Reply<string | null>>;
  /** Shows a file in its folder. */
  showFile: (path: string) => Reply<undefined>;
}

export class FileSaver {
  #last: string | null = null;

  constructor(private readonly system: SaveSystem) {}

  /**
   * Asks for a path, then writes the file.
   * @param name the suggested name, without an extension
   * @returns what was written; null if the person cancelled
   */
  async save(
    name: string,
    { name: kind, extension }: FileFormat,
    write: (path: string) => Promise<Reply<unknown>>,
  ): Promise<Reply<SavedFile | null>> {
    const picked = await this.system.pickNewFile({
      defaultPath: join(this.system.folder(), `${name}.${extension}`),
      filters: [{ name: kind, extensions: [extension] }],
    });
    if (!picked.ok) return picked;
    if (picked.value === null) return ok(null);
    const path = withExtension(picked.value, extension);
    // The dialog asked about overwriting only for the name without the extension.
    if (path !== picked.value && (await exists(path))) {
      return refusal('file-exists', `${path} already exists. Choose another name.`);
    }
    const written = await write(path);
    if (!written.ok) return written;
    this.#last = path;
    return ok({ name: basename(path) });
  }

  /** Shows the last saved file. */
  showLast(): Reply<undefined> {
    return this.#last === null
      ? refusal('no-file', 'No file has been saved since Digit Studio was started.')
      : this.system.showFile(this.#last);
  }
}

/** On Linux the dialog adds no extension. */
function withExtension(path: string, extension: string): string {
  return extname(path).toLowerCase() === `.${extension}` ? path : `${path}.${extension}`;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
