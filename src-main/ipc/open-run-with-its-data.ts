/** Loads the data that a run was trained on, or that a waiting run needs, instead of the loaded data. */
import type { Reply } from '@contract/contract';
import type { DataSource, ImageRemedy } from '@contract/schemas';
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
  const load = (dataSource: DataSource | null) => engine.request('openRunWithData', { ...wanted, dataSource });
  const ask = () => askForFolder(`Choose the folder of ${dataset}, which ${run} was trained on`);
  return fromItsSource(sha256, sources, load, ask, remedy);
}

/** @param id a waiting run @returns null if the person cancelled; after an error nothing has changed */
export async function loadDataOfWaitingRun(
  id: string,
  engine: EngineLink,
  sources: DataSources,
  askForFolder: AskForFolder,
): Promise<Reply<EngineView | null>> {
  const view = await engine.request('view', undefined);
  if (!view.ok) return view;
  const run = view.value.queue.waiting.find((waiting) => waiting.id === id);
  // It was removed, or its data was loaded meanwhile.
  if (!run || run.missingData === null) return view;
  const { dataset, missingData } = run;
  const { sha256, remedy } = missingData;
  const load = (dataSource: DataSource | null) =>
    engine.request('useDataOfWaitingRun', { dataset, sha256, dataSource });
  const ask = () => askForFolder(`Choose the folder of ${dataset}, which the waiting run needs`);
  return fromItsSource(sha256, sources, load, ask, remedy);
}

/** Loads data from its remembered source, or from the folder that the person chooses. */
async function fromItsSource(
  sha256: string,
  sources: DataSources,
  load: (source: DataSource | null) => Promise<Reply<EngineView>>,
  ask: () => Promise<Reply<string | null>>,
  remedy: ImageRemedy | null,
): Promise<Reply<EngineView | null>> {
  const remembered = sources.find(sha256);
  if (remembered !== undefined) {
    const reply = await load(remembered);
    // The data was moved or changed. Next time, the person is asked for its folder.
    if (!reply.ok && reply.code === 'other-data') sources.forget(sha256);
    return reply;
  }
  const chosen = await ask();
  if (!chosen.ok) return chosen;
  if (chosen.value === null) return ok(null);
  return load({ folder: chosen.value, images: remedy ?? 'as-they-are' });
}
