/** Opens a run that was trained on other data than those that are loaded. */
import type { Reply } from '@contract/contract';
import type { DataSource } from '@contract/schemas';
import type { DataSources } from '../app/settings/data-sources';
import { ok } from '../base/reply';
import type { EngineView } from '../engine/protocol';
import type { EngineLink } from './dispatcher';

/** Asks for a folder; null when the person changed their mind. */
type AskForFolder = (title: string) => Promise<Reply<string | null>>;

/**
 * The run's checkpoint says which data it was trained on; the window names only the run. Where it fails, all stays as it
 * was.
 * @returns null when the person changed their mind
 */
export async function openRunWithItsData(
  run: string,
  engine: EngineLink,
  sources: DataSources,
  askForFolder: AskForFolder,
): Promise<Reply<EngineView | null>> {
  const opened = await engine.request('openRun', run);
  if (opened.ok) return engine.request('view', undefined);
  if (!opened.otherData) return opened;
  const { dataset, sha256, remedy } = opened.otherData;
  const wanted = { run, dataset, sha256, remedy };
  const remembered = sources.find(sha256);
  if (remembered !== undefined) {
    const reply = await engine.request('openRunWithData', { ...wanted, dataSource: remembered });
    // Moved or changed since: the person is asked where they are the next time.
    if (!reply.ok && reply.otherData) sources.forget(sha256);
    return reply;
  }
  const chosen = await askForFolder(`Choose the folder of ${dataset}, which ${run} was trained on`);
  if (!chosen.ok) return chosen;
  if (chosen.value === null) return ok(null);
  const dataSource: DataSource = { folder: chosen.value, images: remedy ?? 'as-they-are' };
  return engine.request('openRunWithData', { ...wanted, dataSource });
}
