/** Waits until the disk has what was written; until then a power cut can take it. */
import { open } from 'node:fs/promises';

/** Waits until the disk has a file. @throws the file system's error */
export async function flushFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Waits until the disk has the names in a folder, where the system can do so. @throws the file system's error */
export async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
