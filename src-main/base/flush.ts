/** Waits until written data is on disk; until then a power cut can destroy it. */
import { open } from 'node:fs/promises';

/** Waits until a file is on disk. @throws the file system's error */
export async function flushFile(path: string): Promise<void> {
  // Windows flushes only files that are open for writing.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until the names in a folder are on disk, where the system supports it. @throws the file system's error */
export async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
