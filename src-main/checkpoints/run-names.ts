/**
 * Names for new runs: run-1, run-2, ... A number is used only once in a checkpoint folder, since a removed run may be
 * restored from the trash. A small hidden file in the folder remembers the highest number. Without the file (missing,
 * damaged, or impossible to write) only the existing runs are considered.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError, reasonOf } from '../base/errors';
import { readRegularFile } from '../base/regular-file';

export const NUMBERS_FILE = '.digit-studio.json';

const MAX_BYTES = 1000;
const Numbers = z.object({
  format: z.literal('digit-studio-folder'),
  version: z.literal(1),
  /** The highest number that was used for a run in this folder. */
  lastRun: z.number().int().nonnegative().max(1_000_000_000),
});

/** @returns a number that no run in the folder has or had @throws UserError `folder-unusable` if it cannot be read */
export async function nextRunNumber(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UserError(
      'folder-unusable',
      `No run can be created in ${folder}: ${reasonOf(error)}. Choose another folder.`,
      { cause: error },
    );
  });
  return Math.max(await lastRunOf(folder), ...names.map(numberOf)) + 1;
}

/** Remembers the number in the name of a removed run, whoever named it. */
export async function rememberRemovedRun(folder: string, run: string): Promise<void> {
  const number = numberOf(run);
  if (number >= (await nextRunNumber(folder))) rememberRunNumber(folder, number);
}

/** @returns 0 for a name without a number */
function numberOf(run: string): number {
  return Number(/^run-(\d{1,9})$/i.exec(run)?.[1] ?? 0);
}

/** Remembers that a number is used. A failure to write is ignored: it is no reason to refuse a run. */
export function rememberRunNumber(folder: string, lastRun: number): void {
  const content: z.infer<typeof Numbers> = { format: 'digit-studio-folder', version: 1, lastRun };
  const path = join(folder, NUMBERS_FILE);
  const temporary = `${path}-${randomUUID()}`;
  try {
    writeFileSync(temporary, JSON.stringify(content), { flag: 'wx' });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

async function lastRunOf(folder: string): Promise<number> {
  try {
    const bytes = await readRegularFile(join(folder, NUMBERS_FILE), MAX_BYTES);
    return Numbers.parse(JSON.parse(bytes.toString())).lastRun;
  } catch {
    return 0;
  }
}
