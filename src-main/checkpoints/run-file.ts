/**
 * `run.json` in a run's folder: the run's name, the person's notes about it, and what it started from. Runs of version
 * 0.1 have none. A missing or damaged file counts as empty: a run never depends on it.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LessonNetwork } from '@contract/lessons';
import { TrialPart } from '@contract/queue';
import { RunConfig, RunDetails, RunName } from '@contract/schemas';
import { UserError, reasonOf } from '../base/errors';
import { readRegularFile, readRegularFileSync } from '../base/regular-file';

export const RUN_FILE = 'run.json';

const MAX_BYTES = 20_000;

export const RunOriginRecord = z.union([
  z.object({ run: RunName, step: z.number().int().nonnegative() }),
  z.object({ file: z.string().max(1000) }),
  z.object({ builtIn: z.literal(true) }),
]);

const RunFile = z.object({
  format: z.literal('digit-studio-run'),
  version: z.literal(1),
  name: RunDetails.shape.name.optional(),
  note: RunDetails.shape.note.optional(),
  origin: RunOriginRecord.nullish(),
  /** The settings at its start; epochs may have been added since. */
  config: RunConfig.optional(),
  trial: TrialPart.nullish(),
  /** For a lesson: the network that reads drawings, chosen when the run was at this step. */
  lesson: z.object({ network: LessonNetwork, step: z.number().int().nonnegative() }).nullish(),
});

export type RunFile = Omit<z.infer<typeof RunFile>, 'format' | 'version'>;

/** @param folder the run's folder @returns an empty one if the file is missing or damaged */
export async function readRunFile(folder: string): Promise<RunFile> {
  try {
    return parse(await readRegularFile(join(folder, RUN_FILE), MAX_BYTES));
  } catch {
    return {};
  }
}

function readRunFileSync(folder: string): RunFile {
  try {
    return parse(readRegularFileSync(join(folder, RUN_FILE), MAX_BYTES));
  } catch {
    return {};
  }
}

/** @throws Error if it is damaged */
function parse(bytes: Buffer): RunFile {
  return RunFile.parse(JSON.parse(bytes.toString()));
}

/**
 * Changes the given fields atomically and keeps the others. Does not yield, so that no other change comes between.
 * @throws UserError `run-not-described`
 */
export function changeRunFile(folder: string, change: RunFile): void {
  const content = { ...readRunFileSync(folder), ...change, format: 'digit-studio-run', version: 1 };
  const path = join(folder, RUN_FILE);
  const temporary = join(folder, `.tmp-${RUN_FILE}-${randomUUID()}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UserError(
      'run-not-described',
      `${path} could not be written: ${reasonOf(error)}. Check the free space and the folder's permissions, then try again.`,
      { cause: error },
    );
  }
}
