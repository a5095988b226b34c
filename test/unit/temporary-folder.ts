import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder in memory if the system has one, for tests that write many checkpoints and are not about the disk. */
export const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** An empty folder that is removed when the test ends. */
export async function temporaryFolder(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'digit-studio-test-'));
  // Retries if a pending checkpoint is still being written.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}
