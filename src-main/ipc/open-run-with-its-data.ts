/** Opens a run that was trained on data other than the loaded data. */
import type { Reply } from '@contract/contract';
import type { DataSource } from '@contract/schemas';
import type { DataSources } from '../app/settings/data-sources';
import { ok } from '../base/reply';
import type { EngineView } from '../engine/protocol';
import type { EngineLink } from './dispatcher';

/** Asks for a folder; null if the person cancelled. */
type AskForFolder = (title: string) => Promise<Reply<string | null>>;

/**
 * The run's checkpoint states which data it was trained on; the window names only the run. After an error nothing has
 * changed.
 * @returns null if the person cancelled
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
    // The data was moved or changed. Next time, the person is asked for its folder.
    if (!reply.ok && reply.otherData) sources.forget(sha256);
    return reply;
  }
  const chosen = await askForFolder(`Choose the folder of ${dataset}, which ${run} was trained on`);
  if (!chosen.ok) return chosen;
  if (chosen.value === null) return ok(null);
  const dataSource: DataSource = { folder: chosen.value, images: remedy ?? 'as-they-are' };
  return engine.request('openRunWithData', { ...wanted, dataSource });
}
