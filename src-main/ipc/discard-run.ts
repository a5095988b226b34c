/** Discards a run that could not be saved, after asking. */
import type { Reply } from '@contract/contract';
import { ok } from '../base/reply';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import type { agrees } from './files';

/** @returns false if the person cancelled */
export async function discardRun(
  engine: Pick<EngineSupervisor, 'request' | 'run'>,
  ask: typeof agrees,
): Promise<Reply<boolean>> {
  const view = await engine.request('view', undefined);
  if (!view.ok) return view;
  const { run, progress } = engine.run;
  if (run === null || progress === null) return ok(false);
  const summary = view.value.runs.find((candidate) => candidate.run === run);
  const saved = summary?.checkpoints[0];
  const name = summary?.name ?? run;
  const agreed = await ask({
    type: 'warning',
    message: saved ? `Discard the unsaved part of ${name}?` : `Discard ${name}?`,
    detail: saved
      ? `It is at step ${inWords(progress.step)}. Its newest checkpoint, at step ${inWords(saved.step)}, stays on disk; everything after it is lost.`
      : `It is at step ${inWords(progress.step)}. None of its checkpoints is in the folder any more, so all of it is lost.`,
    buttons: ['Cancel', 'Discard'],
  });
  if (!agreed.ok || !agreed.value) return agreed;
  const discarded = await engine.request('discardRun', undefined);
  return discarded.ok ? ok(true) : discarded;
}

const inWords = (step: number) => step.toLocaleString('en');
