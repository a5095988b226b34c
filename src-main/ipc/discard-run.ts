/** Lets a run go that could not be saved, as a person decides. */
import type { Reply } from '@contract/contract';
import { ok } from '../base/reply';
import type { EngineLink } from './dispatcher';
import type { agrees } from './files';

/** @returns false when the person changed their mind */
export async function discardRun(engine: EngineLink, ask: typeof agrees): Promise<Reply<boolean>> {
  const view = await engine.request('view', undefined);
  if (!view.ok) return view;
  const { model, runs } = view.value;
  const saved = runs.find(({ run }) => run === model.name)?.checkpoints[0];
  const agreed = await ask({
    type: 'warning',
    message: `Discard what is not saved of ${model.name}?`,
    detail: saved
      ? `${model.name} is at step ${inWords(model.step)}. Its newest checkpoint, that of step ${inWords(saved.step)}, stays on the disk; what came after it is lost.`
      : `${model.name} is at step ${inWords(model.step)}. None of its checkpoints is in the folder now.`,
    buttons: ['Cancel', 'Discard'],
  });
  if (!agreed.ok || !agreed.value) return agreed;
  const discarded = await engine.request('discardRun', undefined);
  return discarded.ok ? ok(true) : discarded;
}

const inWords = (step: number) => step.toLocaleString('en');
