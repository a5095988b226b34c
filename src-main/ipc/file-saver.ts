/** Saves files where a person says, and shows the last one in the system's file manager: the window never names a path. */
import type { SaveDialogOptions } from 'electron';
import { access } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Reply, SavedFile } from '@contract/contract';
import { ok, refusal } from '../base/reply';

export interface FileFormat {
  /** As a file dialog shows it. */
  name: string;
  /** Without the dot. */
  extension: string;
}

/** What saving needs of the system. */
export interface SaveSystem {
  /** The folder that a dialog opens in. */
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
   * Asks where, then has the file written.
   * @param name suggested, without an extension
   * @returns what was written; null when the person changed their mind
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
    // The dialog asked about the name without the extension.
    if (path !== picked.value && (await exists(path))) {
      return refusal('file-exists', `${path} exists already. Choose another name.`);
    }
    const written = await write(path);
    if (!written.ok) return written;
    this.#last = path;
    return ok({ name: basename(path) });
  }

  /** Shows the file that was saved last. */
  showLast(): Reply<undefined> {
    return this.#last === null
      ? refusal('no-file', 'No file was saved since Digit Studio was started.')
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
